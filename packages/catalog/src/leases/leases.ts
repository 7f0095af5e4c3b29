/** A lease that a holder has. */
export interface Lease {
  readonly name: string
  readonly holder: string
  /** Grows with every new grant of the lease, so that a holder can be told from the one before. */
  readonly epoch: number
}

/** A lease that was granted, with what its holders keep in it. */
export interface GrantedLease extends Lease {
  /** As the last holder left it; '' at first. */
  readonly state: string
}

/** The answer to a request for a lease. */
export interface LeaseAnswer {
  /** Unix time of the catalog, milliseconds. */
  readonly nowMs: number
  /** `undefined` if another holder has the lease. */
  readonly lease?: GrantedLease | undefined
}

/**
 * Rights to do something alone, of servers that share a catalog. A lease ends by itself, so a holder that is killed blocks
 * nothing for long. Times are those of the catalog's clock.
 *
 * @see describeLeases, the suite that every driver must pass
 */
export interface Leases {
  /** Grants a lease if it is free, has ended, or belongs to the same holder, which then has a new epoch. */
  acquireLease(
    name: string,
    options: { readonly holder: string; readonly durationMs: number },
  ): Promise<LeaseAnswer>

  /**
   * Extends a lease from now on, and replaces its state if one is given. `lease` is `undefined` if the holder has lost it. One
   * that has ended is extended if it was granted to no other holder.
   */
  renewLease(
    lease: Lease,
    options: { readonly durationMs: number; readonly state?: string | undefined },
  ): Promise<LeaseAnswer>

  /** Ends a lease now. Its state is kept. Without effect if the holder has lost it. */
  releaseLease(lease: Lease): Promise<void>
}
