/** What `faultline init` writes. */
export const STARTER_FILE = `# A scenario file for Faultline. Check it with: faultline validate <file>
# Times are in milliseconds, money in cents of the base currency.
# Every field is explained in docs/scenario-file.md.
version: 1

# A variant is one way of building the order system. All variants of a scenario meet the same orders and the same luck.
variants:
  naive:
    summary: Asks for the stock, then deducts and charges blindly.
    # Workflows: sequential, with stock: reserve (one conditional deduction) or ask-then-deduct. Others need keys: required.
    workflow: { sequential: { stock: ask-then-deduct } }
    # keys: ignored | as-taught | required. history: inline | outbox.
    # For votes: holds: counted | ignored. reservationMs: null | milliseconds.
    participants: { keys: ignored, history: inline }
    # The Idempotency-Key the buyer sends: none | per-attempt | per-purchase.
    buyer: { key: none }
    # Policies of each call, outermost first. Edges: order->inventory, order->payment, order->notification,
    # payment->bank, payment->fx, payment->logging, or '*' for all of them.
    edges: {}

  retry+key:
    summary: Retries with one key for the purchase.
    workflow: { sequential: { stock: reserve } }
    participants: { keys: required, history: outbox }
    buyer: { key: per-purchase }
    edges:
      '*':
        - idempotency-key
        - retry: { maxAttempts: 20, baseDelayMs: 50, mostDelayMs: 800 }
        - timeout: { afterMs: 1000 }

scenarios:
  my-first:
    title: Answers get lost at the warehouse
    about: |
      Say here what the class should watch for.
    products:
      console: { priceCents: 50000, stock: 1000 }
      game: { priceCents: 6000, stock: 1000, weight: 3 }
    # Buyers' bank accounts. Another currency than the base currency (USD) needs a rate, such as rates: { EUR: 0.92 }
    accounts:
      alice: { currency: USD, openingCents: 1000000000 }
    traffic:
      orders: 60
      arrivals: poisson # or paced
      ratePerSecond: 20
      # shape: { ramp: { toPerSecond: 60 } }
      # shape: { spike: { spikePerSecond: 100, fromMs: 1000, toMs: 2000 } }
      mostUnits: 1
    buyers: { patienceMs: 3000, refreshes: 1, pauseMs: 100 }
    # How long an order may take in all, and how long a killed service stays away.
    deadlineMs: 8000
    restartAfterMs: 300
    gremlins:
      # Others: latency, crash-before-work, crash-after-commit, dropped-request, error-answer, duplicate-delivery, outage.
      # At named moments, which docs/gremlins.md lists:
      # - crash: { on: order, at: [between-steps], attempts: [1], probability: 0.1 }
      # - pause: { on: order, at: [between-steps], fromMs: 100, toMs: 200 }
      # Also: purchases: [p-1], attempts: [1], window: { fromMs: 500, toMs: 1500 }
      - dropped-answer: { on: inventory, operations: [do], probability: 0.2 }
    # Names from above, or a variant written here.
    variants:
      - naive
      - retry+key
      - only-timeout:
          extends: naive
          summary: Naive, with a timeout at inventory.
          edges:
            order->inventory: [timeout: { afterMs: 500 }]
    # What must be seen for a PASS. An invariant that is named nowhere must hold.
    expect:
      naive:
        violated: [all-or-nothing, buyer-told-the-truth]
      only-timeout:
        violated: [all-or-nothing, buyer-told-the-truth]
      retry+key:
        holds: [deducted-at-most-once, charged-at-most-once]
        lossCentsAtMost: 0
`
