import { Network1790000000001 } from '../../migrations/1790000000001-network.js';
import { Orders1790000000002 } from '../../migrations/1790000000002-orders.js';
import { Stock1790000000003 } from '../../migrations/1790000000003-stock.js';
import { Events1790000000004 } from '../../migrations/1790000000004-events.js';
import { CommitPlans1790000000005 } from '../../migrations/1790000000005-commit-plans.js';
import { StockReports1790000000006 } from '../../migrations/1790000000006-stock-reports.js';
import { Work1790000000007 } from '../../migrations/1790000000007-work.js';
import { StockReading1790000000008 } from '../../migrations/1790000000008-stock-reading.js';
import { StockFeeds1790000000009 } from '../../migrations/1790000000009-stock-feeds.js';
import { StockRepair1790000000010 } from '../../migrations/1790000000010-stock-repair.js';
import { Shortages1790000000011 } from '../../migrations/1790000000011-shortages.js';
import { Availability1790000000012 } from '../../migrations/1790000000012-availability.js';
import { LowStock1790000000013 } from '../../migrations/1790000000013-low-stock.js';
import { LiveCheck1790000000017 } from '../../migrations/1790000000017-live-check.js';
import { PlanColumns1790000000018 } from '../../migrations/1790000000018-plan-columns.js';
import { RuleSets1790000000019 } from '../../migrations/1790000000019-rule-sets.js';
import { StockGuarantees1790000000020 } from '../../migrations/1790000000020-stock-guarantees.js';
import { HotPath1790000000021 } from '../../migrations/1790000000021-hot-path.js';
import { LandedCost1790000000022 } from '../../migrations/1790000000022-landed-cost.js';
import { Money1790000000023 } from '../../migrations/1790000000023-money.js';
import { RuleSetAsides1790000000025 } from '../../migrations/1790000000025-rule-set-asides.js';
import { Recost1790000000028 } from '../../migrations/1790000000028-recost.js';
import { MadeToOrder1790000000029 } from '../../migrations/1790000000029-made-to-order.js';
import { RuleHolds1790000000032 } from '../../migrations/1790000000032-rule-holds.js';
import { DayLimits1790000000033 } from '../../migrations/1790000000033-day-limits.js';
import { SetAsides1790000000034 } from '../../migrations/1790000000034-set-asides.js';
import { RuleTrials1790000000035 } from '../../migrations/1790000000035-rule-trials.js';
import { RuleFacts1790000000036 } from '../../migrations/1790000000036-rule-facts.js';
import { RuleRegret1790000000037 } from '../../migrations/1790000000037-rule-regret.js';
import { PricesTold1790000000038 } from '../../migrations/1790000000038-prices-told.js';
import { CarrierAccounts1790000000039 } from '../../migrations/1790000000039-carrier-accounts.js';
import { DutyTerms1790000000040 } from '../../migrations/1790000000040-duty-terms.js';
import { AvailabilityRules1790000000041 } from '../../migrations/1790000000041-availability-rules.js';
import { ChunksInTurn1790000000042 } from '../../migrations/1790000000042-chunks-in-turn.js';
import { CapacityHeld1790000000043 } from '../../migrations/1790000000043-capacity-held.js';
import { RowsInTurn1790000000044 } from '../../migrations/1790000000044-rows-in-turn.js';
import { StockMoments1790000000045 } from '../../migrations/1790000000045-stock-moments.js';
import { Exchanges1790000000047 } from '../../migrations/1790000000047-exchanges.js';
import { ConnectorNumbers1790000000049 } from '../../migrations/1790000000049-connector-numbers.js';
import { WholeOrders1790000000051 } from '../../migrations/1790000000051-whole-orders.js';
import { VendorPapers1790000000052 } from '../../migrations/1790000000052-vendor-papers.js';
import { SimilarSkus1790000000053 } from '../../migrations/1790000000053-similar-skus.js';
import { AccountPolls1790000000054 } from '../../migrations/1790000000054-account-polls.js';
import { ChannelNotices1790000000055 } from '../../migrations/1790000000055-channel-notices.js';
import { AccountStock1790000000056 } from '../../migrations/1790000000056-account-stock.js';

/** Every migration, oldest first; a new one is added at the end. */
export const MIGRATIONS = [
  Network1790000000001,
  Orders1790000000002,
  Stock1790000000003,
  Events1790000000004,
  CommitPlans1790000000005,
  StockReports1790000000006,
  Work1790000000007,
  StockReading1790000000008,
  StockFeeds1790000000009,
  StockRepair1790000000010,
  Shortages1790000000011,
  Availability1790000000012,
  LowStock1790000000013,
  LiveCheck1790000000017,
  PlanColumns1790000000018,
  RuleSets1790000000019,
  StockGuarantees1790000000020,
  HotPath1790000000021,
  LandedCost1790000000022,
  Money1790000000023,
  RuleSetAsides1790000000025,
  Recost1790000000028,
  MadeToOrder1790000000029,
  RuleHolds1790000000032,
  DayLimits1790000000033,
  SetAsides1790000000034,
  RuleTrials1790000000035,
  RuleFacts1790000000036,
  RuleRegret1790000000037,
  PricesTold1790000000038,
  CarrierAccounts1790000000039,
  DutyTerms1790000000040,
  AvailabilityRules1790000000041,
  ChunksInTurn1790000000042,
  CapacityHeld1790000000043,
  RowsInTurn1790000000044,
  StockMoments1790000000045,
  Exchanges1790000000047,
  ConnectorNumbers1790000000049,
  WholeOrders1790000000051,
  VendorPapers1790000000052,
  SimilarSkus1790000000053,
  AccountPolls1790000000054,
  ChannelNotices1790000000055,
  AccountStock1790000000056,
];
