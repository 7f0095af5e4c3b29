import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus, release, tmpdir } from 'node:os'

/** Where and when the run was measured, for readers. */
export interface Machine {
  readonly date: string
  readonly cores: number
  readonly cpu: string
  readonly system: string
  readonly fileSystem: string
  readonly node: string
  /** Of the minute before. */
  readonly loadBefore: number
}

/** Describes this machine without any name. */
export function readMachine(loadBefore: number): Machine {
  const osRelease = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  const system = /^PRETTY_NAME="?([^"\n]+)/m.exec(osRelease)?.[1] ?? process.platform
  return {
    date: new Date().toISOString().slice(0, 10),
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    system: `${system}, Linux ${release().split('-')[0]}`,
    fileSystem:
      execFileSync('df', ['--output=fstype', tmpdir()], { encoding: 'utf8' }).trim().split('\n').at(-1) ?? '',
    node: process.versions.node,
    loadBefore: Math.round(loadBefore * 100) / 100,
  }
}
