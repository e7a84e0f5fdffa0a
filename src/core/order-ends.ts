/** Which orders of a variant were confirmed, in one bit each: what it takes to set two variants side by side order by order. */

/** Bit `index` of byte `index >> 3` is that of the order at this place in the traffic. */
export interface OrderEnds {
  /** Orders that a buyer asked for. Other kinds of requests have no bit here. */
  readonly arrived: Uint8Array
  readonly confirmed: Uint8Array
}
