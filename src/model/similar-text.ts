/**
 * The candidates nearest to a text, best first, those alone that share a good part of it: equal text without case and punctuation before
 * all others. Compared by their sets of three characters in a row. Pure; ties go by code point.
 */
export function closest(text: string, candidates: readonly string[], atMost: number): string[] {
  const asked = trigrams(text);
  return candidates
    .map((candidate) => ({ candidate, likeness: likeness(text, asked, candidate) }))
    .filter(({ likeness }) => likeness >= LIKENESS_MIN)
    .sort((a, b) => b.likeness - a.likeness || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, atMost)
    .map(({ candidate }) => candidate);
}

/** As PostgreSQL's pg_trgm has it by default. */
const LIKENESS_MIN = 0.3;

/** The text in small letters and digits alone. */
export function bare(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** Shared over all triples, from 0 to 1; equal bare texts are 1. */
function likeness(text: string, asked: ReadonlySet<string>, candidate: string): number {
  if (bare(text) === bare(candidate)) return 1;
  const own = trigrams(candidate);
  let shared = 0;
  for (const triple of own) if (asked.has(triple)) shared += 1;
  return shared / Math.max(1, asked.size + own.size - shared);
}

function trigrams(text: string): Set<string> {
  const padded = `  ${bare(text)} `;
  return new Set(Array.from({ length: Math.max(0, padded.length - 2) }, (_, at) => padded.slice(at, at + 3)));
}
