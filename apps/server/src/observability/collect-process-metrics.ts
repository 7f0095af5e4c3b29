/// <reference path="./prom-client-metrics.d.ts" />

import type { Registry } from 'prom-client'
import addEventLoopLag from 'prom-client/lib/metrics/eventLoopLag.js'
import addHeap from 'prom-client/lib/metrics/heapSizeAndUsed.js'
import addHeapSpaces from 'prom-client/lib/metrics/heapSpacesSizeAndUsed.js'
import addMemory from 'prom-client/lib/metrics/osMemoryHeap.js'
import addProcessorTime from 'prom-client/lib/metrics/processCpuTotal.js'
import addHandles from 'prom-client/lib/metrics/processHandles.js'
import addMaxFiles from 'prom-client/lib/metrics/processMaxFileDescriptors.js'
import addOpenFiles from 'prom-client/lib/metrics/processOpenFileDescriptors.js'
import addRequests from 'prom-client/lib/metrics/processRequests.js'
import addResources from 'prom-client/lib/metrics/processResources.js'
import addStart from 'prom-client/lib/metrics/processStartTime.js'
import addVersion from 'prom-client/lib/metrics/version.js'

const all = [
  addEventLoopLag,
  addHeap,
  addHeapSpaces,
  addMemory,
  addProcessorTime,
  addHandles,
  addMaxFiles,
  addOpenFiles,
  addRequests,
  addResources,
  addStart,
  addVersion,
]

/**
 * Adds prom-client's metrics of this process, except the durations of garbage collections: for those Node calls JavaScript after
 * each one, which took an eighth of the answer to a photo in memory. `nodejs_eventloop_lag_…` shows long ones too.
 */
export function collectProcessMetrics(registry: Registry): void {
  for (const add of all) add(registry, { eventLoopMonitoringPrecision: 10 })
}
