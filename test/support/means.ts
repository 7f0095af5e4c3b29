import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/*
 * Requirements of some tests besides Node. If one is missing, they are skipped by name. With TINTYPE_REQUIRE_BACKENDS=1, as
 * in CI, they fail, so that nothing skipped counts as passed.
 */

/** Debian has servers in a directory that only root has in its `PATH`. */
export const systemPath = `${process.env.PATH}:/usr/sbin`

const isRoot = process.platform === 'linux' && process.getuid?.() === 0

/** Whether a file system can be mounted here. */
export const canMount = found('root on Linux', isRoot)

/** Whether system calls can be watched. */
export const hasStrace = found('strace', speaks('strace'))

/** Whether a command can have a terminal of its own. */
export const hasScript = found('script of util-linux', speaks('script', '--version'))

/** Whether rules for Prometheus can be checked and tried. */
export const hasPromtool = found('promtool', speaks('promtool', '--version'))

/** Whether a configuration of nginx can be checked, with a certificate. */
export const hasNginx = found('nginx and openssl', speaks('nginx', '-v') && speaks('openssl', 'version'))

/** Whether system calls of a process that runs can be made to fail. */
export const canInject = canMount && hasStrace

/** Whether a disk of its own can be made, and lose its power. */
export const hasLoopDisks = found(
  'root, loop devices and xfs_io',
  isRoot &&
    existsSync('/dev/loop-control') &&
    ['/usr/sbin', '/sbin'].some((directory) => existsSync(join(directory, 'xfs_io'))),
)

function found(means: string, isHere: boolean): boolean {
  if (isHere || process.env.TINTYPE_REQUIRE_BACKENDS !== '1') return isHere
  throw new Error(`These tests need ${means}: see scripts/install-backends.sh`)
}

function speaks(command: string, flag = '-V'): boolean {
  try {
    execFileSync(command, [flag], { stdio: 'ignore', env: { PATH: systemPath } })
    return true
  } catch {
    return false
  }
}
