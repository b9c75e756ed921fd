const formats = new Map<string, Intl.DateTimeFormat>();

/** The calendar day at that moment in an IANA time zone, `YYYY-MM-DD`: the day that a node's capacity is counted on. */
export function localDay(at: Date, timeZone: string): string {
  let format = formats.get(timeZone);
  if (!format) {
    // en-CA writes ISO dates. Time zones come from our own nodes, so the map stays small.
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formats.set(timeZone, format);
  }
  return format.format(at);
}
