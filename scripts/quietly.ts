/** Runs a command and shows its output only if it fails: `node scripts/quietly.ts turbo run build`. */
import { spawnSync } from 'node:child_process'

const [command = '', ...args] = process.argv.slice(2)
const { status, error, stdout, stderr } = spawnSync(command, args, {
  encoding: 'utf8',
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
  shell: process.platform === 'win32',
})
if (error) throw error
if (status !== 0) process.stderr.write(stdout + stderr)
process.exitCode = status ?? 1
