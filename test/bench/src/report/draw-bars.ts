import { ceiling } from '../servers/upload-sides.ts'
import { median } from '../statistics.ts'
import type { WorkloadResult } from '../workload.ts'
import { formatNumber } from './format-number.ts'

const width = 720
const labelWidth = 236
const rowHeight = 26
const top = 46

/** A result as horizontal bars, in SVG; its colours can be read on white and on black. */
export function drawBars(result: WorkloadResult): string {
  const rows = result.rows
    .filter(({ name }) => name !== ceiling)
    .map(({ name, values }) => ({
      name,
      value: median(values),
      low: Math.min(...values),
      high: Math.max(...values),
    }))
  const direction = result.isMoreBetter ? -1 : 1
  if (!result.id.startsWith('growth')) rows.sort((one, other) => direction * (one.value - other.value))
  const most = Math.max(...rows.map(({ high }) => high), 1e-9)
  const scale = (value: number) => Math.max(1, (value / most) * (width - labelWidth - 90))
  const bars = rows.map(({ name, value, low, high }, at) => {
    const y = top + at * rowHeight
    const middle = y + rowHeight / 2
    const kind = name.startsWith('Tintype') || result.title.startsWith('Tintype') ? 'own' : 'peer'
    const spread = `M${(labelWidth + scale(low)).toFixed(1)} ${middle}H${(labelWidth + scale(high)).toFixed(1)}`
    return `  <text x="${labelWidth - 10}" y="${middle + 4}" text-anchor="end"${kind === 'own' ? ' class="strong"' : ''}>${escapeMarkup(name)}</text>
  <rect class="${kind}" x="${labelWidth}" y="${y + 4}" width="${scale(value).toFixed(1)}" height="${rowHeight - 8}" rx="2"/>
  <path class="spread" d="${spread}"/>
  <text x="${(labelWidth + scale(high) + 8).toFixed(1)}" y="${middle + 4}">${formatNumber(value)}</text>`
  })
  const height = top + rows.length * rowHeight + 12
  const better = result.isMoreBetter ? 'longer is better' : 'shorter is better'
  const hasSpread = result.rows.some(({ values }) => values.length > 1)
  const legend = hasSpread ? `${better}; the line is the spread over the rounds` : better
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeMarkup(result.title)}">
  <style>
    text { font: 13px system-ui, sans-serif; fill: #57606a }
    .strong { font-weight: 600; fill: #24292f } .own { fill: #2f81f7 } .peer { fill: #9aa4af }
    .spread { stroke: #57606a; stroke-width: 1.5 }
    @media (prefers-color-scheme: dark) {
      text { fill: #9ea7b3 } .strong { fill: #e6edf3 } .peer { fill: #6e7781 } .spread { stroke: #c9d1d9 }
    }
  </style>
  <text class="strong" x="10" y="20">${escapeMarkup(result.title)}</text>
  <text x="10" y="37">${escapeMarkup(result.unit)}, ${legend}</text>
${bars.join('\n')}
</svg>
`
}

function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
