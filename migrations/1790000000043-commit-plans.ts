import { COMMIT_PLANS as COMMIT_PLANS_BEFORE } from './1790000000034-commit-plans.js';

const FITTED_ITSELF = `      -- A limit that was lowered below what is taken is kept at what is taken; one introduced after units were given starts at zero.
      UPDATE node_capacity c SET taken = after.taken, limit_units = greatest(after.taken, COALESCE(n.daily_capacity_units, c.limit_units))
        FROM (SELECT a.node_id, a.day, greatest(0, a.taken + sums.units) AS taken
`;
const OF_NODE = `        JOIN node n ON n.id = after.node_id
        WHERE c.node_id = after.node_id AND c.day = after.day;
`;

/**
 * Commits a batch of plans as before. The limit of a node's day is written as it was when the row was locked, whatever the plans took, so that
 * \`node_capacity_not_exceeded\` is a check of its own: it refuses the batch where more was taken than was free.
 */
export const COMMIT_PLANS = [
  [
    FITTED_ITSELF,
    `      -- What was free when the row was locked (2000000000: no limit) tells the limit. One that was lowered below what is taken is kept at
      -- what is still taken; one introduced after units were given starts at zero.
      UPDATE node_capacity c SET taken = after.taken, limit_units = CASE WHEN there.free = 2000000000 THEN greatest(after.taken, c.limit_units)
          ELSE greatest(least(c.taken, after.taken), c.taken + there.free) END
        FROM (SELECT a.node_id, a.day, greatest(0, a.taken + sums.units) AS taken
`,
  ],
  [
    OF_NODE,
    `        JOIN unnest(capacity_nodes, capacity_days, capacity_start) AS there(node_id, day, free) USING (node_id, day)
        WHERE c.node_id = after.node_id AND c.day = after.day;
`,
  ],
].reduce((text, [before = '', after = '']) => {
  if (text.split(before).length !== 2) throw new Error(`expected once in commit_plans: ${before}`);
  return text.replace(before, () => after);
}, COMMIT_PLANS_BEFORE);
