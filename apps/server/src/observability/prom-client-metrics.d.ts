/** Each of prom-client's default metrics by itself. The package has no types for them. */
declare module 'prom-client/lib/metrics/*' {
  const add: (
    registry: import('prom-client').Registry,
    config: { eventLoopMonitoringPrecision: number },
  ) => void
  export = add
}
