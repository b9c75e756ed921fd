/*
 * A vendor that numbers its reports, is restored once, and numbers them from the beginning again: what Headgate makes of them when they
 * come in any order, before and after a person says so. One row; a report's figure stands for its moment. See README.md.
 */
#ifndef REPORTS
#define REPORTS 9
#endif
#define FALLEN_MIN 2    /* so many are told of */
#define NONE 0

/* ---- The vendor: report r is of moment r + 1. ---- */

byte number[REPORTS];
byte made;              /* how many reports there are */
byte next = 1;          /* number of the one that comes then */
byte first;             /* the first report of the second series; 0: none yet, so it is never the first of all */

#define MOMENT(r) (r + 1)
#define OF_SECOND(r) (first != 0 && r >= first)
#define LATER(a, b) (a > b -> a : b)
#ifdef NEWEST_BACK
#define NEWEST(at) at
#else
#define NEWEST(at) LATER(newestAt, at)
#endif

/* ---- What Headgate knows: vendor_feed, and the row in stock. ---- */

byte offset;            /* series_offset */
byte since = NONE;      /* series_since: reports of this moment and before are of the series before */
bool restarted;
byte newest;            /* the highest number that was taken, and its moment */
byte newestAt;
byte fallen;            /* reports with a lower number and a later moment, and the moment of the first of them */
byte fallenAt;
byte position;          /* stock.feed_position and as_of */
byte asOf;

/* Those of the series before never pass what was taken when the word was said. */
#ifdef NO_MOMENT
#define COUNTED(r) (number[r] + offset)
#else
#ifdef NOT_CAPPED
#define COUNTED(r) (MOMENT(r) <= since -> number[r] : number[r] + offset)
#else
#define COUNTED(r) (MOMENT(r) > since -> number[r] + offset : (number[r] < offset -> number[r] : offset))
#endif
#endif

proctype Vendor() {
end:
  do
  :: d_step { made < REPORTS -> number[made] = next; next++; made++;
       printf("the vendor makes report %d as of %d\n", number[made - 1], made) }
  :: d_step { made > 0 && first == 0 && next > 1 -> first = made; next = 1;
       printf("the vendor is restored, and numbers from 1\n") }
  od
}

proctype Feed(byte r) {
  byte counted;
  d_step { r < made ->
    counted = COUNTED(r);
    printf("report %d as of %d arrives, counted as %d\n", number[r], MOMENT(r), counted);
    if
    :: newest != 0 && counted < newest && MOMENT(r) > newestAt ->
         fallenAt = (fallen == 0 -> MOMENT(r) : fallenAt); fallen++
    :: else ->
         if
         :: counted >= newest -> newest = counted; newestAt = NEWEST(MOMENT(r)); fallen = (fallen < FALLEN_MIN -> 0 : fallen)
         :: else
         fi
    fi;
    if
    :: counted > position ->
         assert(!restarted || MOMENT(r) > asOf);                            /* nothing older replaces a newer figure */
         position = counted; asOf = MOMENT(r)
    :: else
    fi;
    assert(!restarted || !OF_SECOND(r) || MOMENT(r) <= since || asOf >= MOMENT(r));  /* what follows the word is taken */
    counted = 0
  }
}

/* A person is told that numbers fell back, and says that they begin again. */
proctype Person() {
end:
  d_step { fallen >= FALLEN_MIN ->
    printf("a person says that the numbers begin again\n");
#ifdef NEWEST_ALONE
    since = newestAt;
#else
    since = LATER(newestAt, fallenAt - 1);
#endif
#ifndef NOT_RAISED
    offset = LATER(newest, position);
#endif
    newest = 0; newestAt = 0; fallen = 0; restarted = true
#ifdef SEE_RESTARTED
    ; assert(false)                                                         /* the situation never comes about */
#endif
  }
}

init {
  byte r;
  atomic {
    run Vendor(); run Person();
    for (r : 0 .. REPORTS - 1) { run Feed(r) };
    r = 0
  }
}
