import type { BlobProblem, Finding } from '@tintype/photos'

/** A finding in one line, for people. It has no name that a person gave a photo. */
export function formatFinding(finding: Finding): string {
  switch (finding.subject) {
    case 'catalog':
      return `catalog: ${finding.reason}`
    case 'original':
      return `original ${finding.key}: ${formatProblem(finding)}`
    case 'rendition':
      return `rendition ${finding.key}: ${formatProblem(finding)}`
    case 'orphan':
      return `orphan ${finding.key}: no photo has these ${finding.byteSize} bytes`
    case 'leftover':
      return `leftover ${printable(finding.path)}: left by an upload`
    case 'foreign':
      return `foreign ${printable(finding.name)}: Tintype did not make it`
  }
}

/** A finding for programs: flat, JSON values only. */
export function toFindingJson(finding: Finding): Readonly<Record<string, string | number>> {
  switch (finding.subject) {
    case 'original': {
      const { photo, ...facts } = finding
      return { ...facts, photoId: photo.id }
    }
    case 'rendition': {
      const { rendition, ...facts } = finding
      return { ...facts, photoId: rendition.photoId }
    }
    default:
      return { ...finding }
  }
}

/** What is wrong with a blob, for people. */
export function formatProblem(problem: BlobProblem): string {
  switch (problem.problem) {
    case 'missing':
      return 'the file is missing'
    case 'unreadable':
      return `the file cannot be read (${problem.reason})`
    case 'forbidden':
      return `this user may not read the file (${problem.reason})`
    case 'wrong-size':
      return `${problem.found} bytes, expected ${problem.expected}`
    case 'wrong-hash':
      return `SHA-256 ${problem.found}, expected ${problem.expected}`
  }
}

/** The name of a foreign file can have anything in it, terminal control codes included. */
function printable(name: string): string {
  return /^[\x20-\x7e]+$/.test(name) ? name : JSON.stringify(name)
}
