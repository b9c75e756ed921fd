import { AccountEntity, AccountPollEntity, AccountStockEntity } from './account.js';
import { ApiKeyEntity } from './api-key.js';
import { BackorderRoundEntity } from './backorder-round.js';
import { CarrierAccountEntity } from './carrier-account.js';
import { CarrierServiceEntity } from './carrier-service.js';
import { ChannelNoticeEntity, ToldOrderEntity } from './channel-notice.js';
import { ConnectorNumberEntity } from './connector-number.js';
import { DeadLetterEntity } from './dead-letter.js';
import { DecisionEntity } from './decision.js';
import { CommitBatchEntity, EventEntity, EventReaderEntity, EventSequencerEntity } from './event.js';
import { ExchangeEntity } from './exchange.js';
import { FulfillmentEntity, FulfillmentLineEntity } from './fulfillment.js';
import { InstallationEntity } from './installation.js';
import { IntakeEntity, IntakePayloadEntity } from './intake.js';
import { LiveCheckEntity } from './live-check.js';
import { LowStockTagEntity } from './low-stock-tag.js';
import { ClosingDayEntity, NodeCapacityEntity, NodeEntity, NodePriceEntity, NodeServiceEntity } from './node.js';
import { OfferCostEntity, OfferEntity, OfferPriceEntity } from './offer.js';
import { OpenItemEntity } from './open-item.js';
import { OrderContactEntity, OrderEntity, OrderLineEntity, OrderSourceEntity } from './order.js';
import { KitComponentEntity, ProductAccountAliasEntity, ProductEntity, ProductVendorAliasEntity } from './product.js';
import {
  RateBracketEntity,
  RateCardEntity,
  RateSurchargeAreaEntity,
  RateSurchargeEntity,
  RateZoneAreaEntity,
  RateZoneEntity,
  VendorDefaultRateEntity,
} from './rate-card.js';
import {
  DutyRateEntity,
  DutyTermsEntity,
  DutyThresholdEntity,
  ExchangePolicyEntity,
  ExchangeRateEntity,
} from './rates.js';
import { RecostDayEntity, RecostRoundEntity } from './recost.js';
import { RuleRegretDayEntity, RuleRegretEntity } from './rule-regret.js';
import {
  DayCountEntity,
  DayCountPartEntity,
  RulePublicationEntity,
  RuleSetEntity,
  RuleShadowEntity,
} from './rule-set.js';
import { ShipmentEntity, ShipmentLineEntity } from './shipment.js';
import { ReservationEntity, StockEntity, StockLedgerEntity } from './stock.js';
import {
  ChannelSetAsideEntity,
  StockDriftEntity,
  StockReportChunkEntity,
  StockReportEntity,
  UnknownStockEntity,
  VendorFeedEntity,
} from './stock-feed.js';
import {
  VendorEntity,
  VendorInvoiceEntity,
  VendorOutcomeEntity,
  VendorPollEntity,
  VendorReceiptEntity,
  VendorServiceCodeEntity,
} from './vendor.js';

/** Every table that TypeORM knows, one class each. */
export const ENTITIES = [
  AccountEntity,
  AccountPollEntity,
  AccountStockEntity,
  ApiKeyEntity,
  BackorderRoundEntity,
  CarrierAccountEntity,
  CarrierServiceEntity,
  ChannelNoticeEntity,
  ChannelSetAsideEntity,
  ClosingDayEntity,
  CommitBatchEntity,
  DayCountEntity,
  DayCountPartEntity,
  ConnectorNumberEntity,
  DeadLetterEntity,
  DecisionEntity,
  DutyRateEntity,
  DutyTermsEntity,
  DutyThresholdEntity,
  EventEntity,
  EventReaderEntity,
  EventSequencerEntity,
  ExchangeEntity,
  ExchangePolicyEntity,
  ExchangeRateEntity,
  FulfillmentEntity,
  FulfillmentLineEntity,
  InstallationEntity,
  IntakeEntity,
  IntakePayloadEntity,
  KitComponentEntity,
  LiveCheckEntity,
  LowStockTagEntity,
  NodeCapacityEntity,
  NodeEntity,
  NodePriceEntity,
  NodeServiceEntity,
  OfferCostEntity,
  OfferEntity,
  OfferPriceEntity,
  OpenItemEntity,
  OrderContactEntity,
  OrderEntity,
  OrderLineEntity,
  OrderSourceEntity,
  ProductAccountAliasEntity,
  ProductEntity,
  ProductVendorAliasEntity,
  RateBracketEntity,
  RateCardEntity,
  RateSurchargeAreaEntity,
  RateSurchargeEntity,
  RateZoneAreaEntity,
  RateZoneEntity,
  RecostDayEntity,
  RecostRoundEntity,
  ReservationEntity,
  RulePublicationEntity,
  RuleRegretDayEntity,
  RuleRegretEntity,
  RuleSetEntity,
  RuleShadowEntity,
  ShipmentEntity,
  ShipmentLineEntity,
  StockDriftEntity,
  StockEntity,
  StockLedgerEntity,
  StockReportChunkEntity,
  StockReportEntity,
  UnknownStockEntity,
  VendorDefaultRateEntity,
  ToldOrderEntity,
  VendorEntity,
  VendorFeedEntity,
  VendorInvoiceEntity,
  VendorOutcomeEntity,
  VendorPollEntity,
  VendorReceiptEntity,
  VendorServiceCodeEntity,
];
