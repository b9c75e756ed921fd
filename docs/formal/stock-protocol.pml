/*
 * How Headgate promises a SKU at one vendor node, and what it makes of the vendor's reports: a model in Promela, for Spin.
 *
 * Each option of a loop is one transaction or statement of ours, or one act of others. What each stands for in the code, what
 * is left out, and what was found: README.md. A flag in an #ifdef breaks one rule, or makes the model larger.
 */
#ifndef REPORTS
#define REPORTS 2       /* of the vendor's feed */
#endif
#ifndef COPIES
#define COPIES 1        /* how often each may come */
#endif
#ifndef LAST
#define LAST 4          /* time goes from SKEW to LAST */
#endif
#ifndef LAG
#define LAG 1           /* an act of the vendor's is in its feed at the latest so many moments after */
#endif
#ifndef SKEW
#define SKEW 1          /* how far the vendor's clock may be off, either way */
#endif
#ifdef NO_LAG
#define MARGIN SKEW
#else
#ifdef NO_SKEW
#define MARGIN LAG
#else
#define MARGIN (LAG + SKEW)
#endif
#endif

byte now = SKEW;

/* ---- The truth at the vendor. It has one unit of each of two SKUs; two orders want one of the first. ---- */

#define UNSENT 0        /* what becomes of a purchase order, step by step */
#define RECEIVED 1
#define ACCEPTED 2
#define SHIPPED 3
#define GONE 4          /* rejected or canceled */

byte po[2];
byte young[2];          /* for how long yet the feed may show the PO as it was before its last step */
byte stock = 1;         /* units of the first SKU, those included that were shipped to our customers */
bool sold;              /* whether somebody else bought one */
byte subtracts;         /* from which step on the feed subtracts a PO's unit */
byte slow;              /* how far the vendor's clock is behind one that is fast by SKEW */

#define ITS_CLOCK (now + SKEW - slow)
#define SUBTRACTING(o) (po[o] >= subtracts && po[o] <= SHIPPED)

/* ---- What Headgate knows: tables reservation, stock and vendor_feed. ---- */

#define NONE 0          /* the states of a reservation */
#define HELD 1
#define COMMITTED 2
#define REFLECTED 3
#define ENDED 4         /* released or expired */
#define NEVER 31

byte state[2];
byte subtractedAt[2] = NEVER;
byte declared;          /* from which step on the vendor says that its feed subtracts */
short onHand[2] = 1;    /* of both SKUs; the other columns are those of the first */
short held;
short committed;
byte asOf = SKEW;
byte begunAsOf;         /* of the newest whole report that was taken */

#define LEFT (onHand[0] - held - committed)
#ifdef REFLECTS_AGAIN
#define COUNTED(o) (state[o] == COMMITTED || state[o] == REFLECTED)
#else
#define COUNTED(o) (state[o] == COMMITTED)
#endif
#define COVERED(o, at) (COUNTED(o) && subtractedAt[o] != NEVER && subtractedAt[o] + MARGIN < at)
#ifdef NO_ORDER
#define NEWER(at, begun) true
#else
#define NEWER(at, begun) (at >= asOf && at >= begun)
#endif

/* ---- What must hold. ---- */

byte known;             /* the latest moment that the row stands for: that of its figure, or of a whole report that confirmed it */

#define NUMBER(of) (of(0) + of(1))
#define isHeld(o) (state[o] == HELD)
#define isCommitted(o) (state[o] == COMMITTED)
#define isAssigned(o) (po[o] == ACCEPTED || po[o] == SHIPPED)
#define isShipped(o) (po[o] == SHIPPED)
#define isUnbacked(o) (po[o] >= RECEIVED && po[o] <= SHIPPED && state[o] != COMMITTED && state[o] != REFLECTED)
#define isWaiting(o) (state[o] >= HELD && state[o] <= REFLECTED && po[o] < SHIPPED)

/* What must be possible, lest all of this hold because nothing happens: each looked for by itself, as what never comes about. */
#ifdef SEE_REFLECTED_EARLY
#define SITUATION (state[0] == REFLECTED && po[0] < SHIPPED)
#endif
#ifdef SEE_PROMISED_AGAIN
#define SITUATION (state[0] == ENDED && po[0] == GONE && state[1] == COMMITTED)
#endif
#ifdef SEE_COUNTED_TWICE
#define SITUATION (state[0] == COMMITTED && onHand[0] == 0 && po[0] == SHIPPED)
#endif
#ifdef SEE_CONFIRMED_UNTOUCHED
#define SITUATION (known > asOf)
#endif
#ifdef SEE_SHORT
#define SITUATION (sold && LEFT < 0)
#endif

/* Counters are the sums of the reservations, so never negative. Everyone who waits for a promised unit can have one, of what
   there would be had nobody else bought any. */
inline check() {
  assert(held == NUMBER(isHeld) && committed == NUMBER(isCommitted));       /* the counters add up */
  assert(NUMBER(isUnbacked) == 0);                                          /* what a vendor was sent keeps its units */
  assert(NUMBER(isWaiting) <= stock - NUMBER(isShipped) + sold)             /* nothing is promised twice */
#ifdef SITUATION
  ; assert(!(SITUATION))                                                    /* the situation never comes about */
#endif
}

/* ---- The vendor's acts, others, and time. ---- */

inline step(o, to) {
  young[o] = (SUBTRACTING(o) != (to >= subtracts && to <= SHIPPED) -> LAG + 1 : young[o]);
  po[o] = to
}

proctype Vendor(byte o) {
end:
  do
  :: d_step { po[o] == RECEIVED && stock > NUMBER(isAssigned) -> printf("the vendor accepts order %d\n", o);
       step(o, ACCEPTED) }
  :: d_step { po[o] == ACCEPTED -> printf("the vendor ships order %d\n", o);
       step(o, SHIPPED) }
  :: d_step { po[o] == RECEIVED || po[o] == ACCEPTED -> printf("the vendor rejects or cancels order %d\n", o);
       step(o, GONE) }
  od
}

#ifdef OTHERS
proctype Others() {
  if
  :: d_step { stock++; printf("the vendor gets another unit\n") }
  :: d_step { stock > NUMBER(isAssigned) -> printf("somebody else buys a unit of the vendor\n");
       stock--; sold = true }
  fi
}
#endif

proctype Clock() {
  byte o;
end:
  do
  :: d_step { now < LAST -> now++;
       printf("it is %d\n", now);
       for (o : 0 .. 1) { young[o] = (young[o] > 0 -> young[o] - 1 : 0) };
       o = 0 }
  od
}

/* ---- Orders. The plans of one order come one after another: each expects the version that the one before left. ---- */

proctype Order(byte o) {
#ifdef NO_ROW_LOCK
  short left = LEFT;    /* read once, and believed when it is written */
#else
#define left LEFT
#endif
end:
  do
  :: d_step { state[o] == NONE && left > 0 && (o == 0 || state[0] != NONE) ->  /* orders are numbered as they come */
       printf("order %d takes a unit\n", o);
       state[o] = HELD; held++; check() }
  :: d_step { state[o] == HELD -> printf("order %d gives its hold back, or it runs out\n", o);
       state[o] = ENDED; held--; check() }
#ifdef EXPIRES_CONFIRMED
  :: d_step { state[o] == COMMITTED -> printf("the hold of order %d runs out\n", o);
       state[o] = ENDED; committed--; check() }
#endif
  :: d_step { state[o] == HELD -> printf("order %d is confirmed\n", o);
       state[o] = COMMITTED; held--; committed++; check() }
  :: d_step { state[o] == COMMITTED && po[o] == UNSENT -> printf("order %d is canceled before it is sent\n", o);
       state[o] = ENDED; committed--; check() }
  :: d_step { state[o] == COMMITTED && po[o] == UNSENT -> printf("the PO of order %d is sent\n", o);
       step(o, RECEIVED) }
#ifndef NOT_NOTED
  :: d_step { state[o] == COMMITTED && subtractedAt[o] == NEVER && po[o] >= declared && po[o] <= SHIPPED ->
       printf("Headgate hears of it, and notes that the feed subtracts order %d from %d on\n", o, now);
       subtractedAt[o] = now }
#endif
  :: d_step { state[o] == COMMITTED && po[o] == GONE -> printf("Headgate hears that the PO of order %d is gone\n", o);
       state[o] = ENDED; subtractedAt[o] = NEVER; committed--; check() }
  od
}

/* ---- Reports. ---- */

byte taken;             /* how many reports the vendor has made */
byte answering;         /* answers of the vendor that are being applied */

/* What the feed says of the first SKU: a step that is young may be in it or not. */
inline read_feed(units) {
  units = (stock > NUMBER(SUBTRACTING) -> stock - NUMBER(SUBTRACTING) : 0);
  for (o : 0 .. 1) {
    if
    :: young[o] > 0 && SUBTRACTING(o) -> units++
    :: young[o] > 0 && !SUBTRACTING(o) && units > 0 -> units--
    :: true
    fi
  };
  o = 0
}

/* What a figure of then surely has subtracted leaves the counter in the same step. */
inline reflect(at) {
  for (o : 0 .. 1) {
    if
    :: COVERED(o, at) -> printf("    order %d is reflected\n", o);
       state[o] = REFLECTED; committed--
    :: else
    fi
  };
  o = 0;
  check()
}

inline apply(at, units) {
  printf("    %d on hand as of %d\n", units, at);
  assert(at >= known || units == onHand[0]);                                /* nothing older replaces a newer figure */
  known = at;
  asOf = at;
  onHand[0] = units;
  reflect(at)
}

proctype Feed(byte r) {
  byte at, figure, begun, o, copies = COPIES;
  bool whole, names[2], placed, touched;
  atomic {
    taken == r -> taken++;
    at = ITS_CLOCK;
    if
    :: whole = true; names[0] = true; names[1] = true
    :: names[0] = true
    :: names[1] = true
    fi;
    if
    :: names[0] -> read_feed(figure)
    :: else
    fi;
    printf("the vendor reports as of %d: %d of the first SKU (named: %d), 1 of the second (named: %d)\n", at, figure, names[0], names[1])
#ifdef PARTIAL_IS_WHOLE
    ; whole = true
#endif
  };
  do
  /* A whole report is noted before its first row is applied: from then on nothing older is. */
  :: d_step { whole && !placed && copies > 0 && answering == 0 ->
#ifdef BY_ARRIVAL
       at = now;
#endif
       if
       :: at >= begunAsOf -> placed = true; begunAsOf = at
       :: else -> copies--
       fi }
  /* Its rows. A look without a lock says what there is to do: a whole report leaves alone what it does not change. */
  :: d_step { copies > 0 && (placed || !whole) ->
       printf("a report of as of %d arrives\n", at);
       copies--;
       placed = false;
       begun = begunAsOf;
#ifdef BY_ARRIVAL
       at = now;
#endif
       if
       :: (whole || names[0]) && NEWER(at, begun) ->
          touched = !whole || onHand[0] != figure || COVERED(0, at) || COVERED(1, at);
          known = (touched -> known : at)
#ifdef PARTIAL_REFLECTS
       :: !whole && !names[0] -> reflect(at)
#endif
       :: else
       fi;
       onHand[1] = (whole || names[1] -> names[1] : onHand[1])
#ifdef LIVE
     };
     /* It is done under the row's lock. */
     d_step {
#endif
       if
       :: touched && NEWER(at, begun) -> apply(at, figure)
       :: else
       fi;
       touched = false; begun = 0
     }
  :: copies == 0 -> break
  od;
  atomic { at = 0; figure = 0; whole = false; names[0] = false; names[1] = false }
}

#ifdef LIVE
/* What the vendor answers when asked live, in its clock or as of when it was asked. It does not wait for reports that are applied. */
proctype Answer() {
  byte at, figure, begun, o;
  at = now;
  atomic {
    if
    :: true
    :: at = ITS_CLOCK
    fi;
    read_feed(figure);
    printf("the vendor answers as of %d: %d\n", at, figure)
  };
  d_step {
#ifndef UNGUARDED
    answering++;
#endif
    begun = begunAsOf
  };
  d_step {
    printf("the answer of as of %d is applied\n", at);
    if
    :: NEWER(at, begun) -> apply(at, figure)
    :: else
    fi;
#ifndef UNGUARDED
    answering--;
#endif
    at = 0; figure = 0; begun = 0
  }
}
#endif

init {
  byte o;
  atomic {
    if
    :: subtracts = RECEIVED
    :: subtracts = ACCEPTED
    :: subtracts = SHIPPED
    fi;
    declared = subtracts;
#ifdef WRONG_DECLARATION
    subtracts = SHIPPED; declared = ACCEPTED;
#endif
    if
    :: slow = 0
    :: slow = SKEW + SKEW
    fi;
    printf("the feed subtracts POs that are %d (1 received, 2 accepted, 3 shipped), and is said to subtract %d; its clock is off by %d\n",
      subtracts, declared, SKEW - slow);
    run Clock(); run Order(0); run Order(1); run Vendor(0); run Vendor(1);
#ifdef OTHERS
    run Others();
#endif
#ifdef LIVE
    run Answer();
#endif
    for (o : 0 .. REPORTS - 1) { run Feed(o) };
    o = 0
  };
  /* When all have come to rest, a fresh report brings out what is truly free. */
  timeout;
  atomic {
    now = LAST + LAG + SKEW + SKEW + 1;
    printf("all are at rest; a fresh report comes\n");
    apply(now, stock - NUMBER(SUBTRACTING));
    assert(LEFT == stock - NUMBER(isShipped) - NUMBER(isWaiting));          /* nothing stays counted twice */
    assert(onHand[1] == 1)                                                  /* the other SKU is as its vendor says */
  }
}
