// What Spin and the verifiers that it makes say, read from their output. Source: Spin 6.5.2, `pan` and `spin -t`.

/** Said of a search that left something out, whatever it found in the rest. */
const INCOMPLETE = [
  [/max search depth too small/, 'the search was cut off at its depth bound'],
  [/reached -DMEMLIM bound|out of memory/, 'the search ran out of memory'],
  [/^Bit statespace search/m, 'states were told apart by bits of a hash only'],
  [/^Hash-Compact/im, 'states were told apart by a hash only'],
  [/Search not completed/, 'the search was not completed'],
];

/**
 * A verifier's report of its search.
 *
 * `incomplete` says why not all was searched, or null; `unreached` are the places of processes that ran where no execution ever
 * came, their ends aside (a process that goes round for ever has one that it never comes to); `violation` is the first that
 * was found: the text of an assertion, or of another error. Errors: Error when the output is no report at all.
 */
export function parseSearch(output) {
  const summary = /depth reached (\d+)(?:.*?), errors: (\d+)/.exec(output);
  const stored = /^\s*([\d.e+]+) states, stored/m.exec(output);
  if (!summary || !stored) throw new Error(`expected a verifier's report, got: ${output.trim().slice(-500)}`);
  const violation = /^pan:\d+: (.*) \(at depth \d+\)/m.exec(output);
  const whole = /^Full statespace search/m.test(output);
  const left = INCOMPLETE.find(([said]) => said.test(output));
  return {
    states: Number(stored[1]),
    depth: Number(summary[1]),
    errors: Number(summary[2]),
    violation: violation?.[1] ?? null,
    incomplete: left?.[1] ?? (whole ? null : 'not all states were searched'),
    unreached: [...output.matchAll(/^\t(.+:\d+, state \d+, "(.*)")$/gm)]
      .filter(([, , code]) => code !== '-end-')
      .map(([, place]) => place),
  };
}

/** The replay of a trail: what the model printed on the way, and the line of the assertion that failed, or null. */
export function parseReplay(output) {
  const lines = output.split('\n');
  const end = lines.findIndex((line) => line.startsWith('spin: '));
  const failed = /^spin: .*:(\d+), Error: assertion violated/m.exec(output);
  return {
    told: lines.slice(0, end === -1 ? lines.length : end).flatMap((line) => (line.trim() === '' ? [] : [line.trim()])),
    line: failed ? Number(failed[1]) : null,
  };
}

/** The name of an invariant: the comment behind its assertion in the model. Errors: Error when there is none on that line. */
export function invariantAt(source, line) {
  const text = source.split('\n')[line - 1] ?? '';
  const name = /\bassert\(.*\/\* (.+?) \*\/\s*$/.exec(text);
  if (!name) throw new Error(`expected an assertion with its name on line ${line}, got: ${text.trim()}`);
  return name[1];
}
