/** What a package with connectors builds on: `import type { ... } from 'headgate/connectors'`. See docs/connectors/your-own.md. */
export type {
  CanonicalLine,
  CanonicalOrder,
  DeliveryWish,
  OrderMoney,
  PackingSlip,
  Party,
} from '../model/canonical-order.js';
export type { Clock } from '../model/clock.js';
export type { ConnectorError, ErrorClass } from '../model/errors.js';
export type { TenThousandths } from '../model/money.js';
export type { Address, Fault } from '../model/order.js';
export type {
  AvailabilityAnswer,
  AvailabilityQuestion,
  StockQuestion,
  StockReport,
  StockReportRow,
} from '../model/stock-report.js';
export type { CarrierConnector, CarrierRates, RatedPlace, RateQuestion } from './carrier.js';
export type {
  ChannelCapabilities,
  ChannelConnector,
  ChannelNotice,
  Duty,
  Normalized,
  NoticeReceipt,
  OrderPage,
  StockLevels,
  WebhookRequest,
  WebhookVerdict,
} from './channel.js';
export type { CallContext, ConnectorAccount, ConnectorManifest } from './connector.js';
export type { ConnectorApi, ConnectorPackage } from './packages.js';
export type { Connector } from './registry.js';
export type { VendorCapabilities, VendorConnector } from './vendor.js';
export type {
  Acknowledgement,
  CancelAnswer,
  CancellationNotice,
  DeliveryNotice,
  DocumentPage,
  InvoiceNotice,
  PurchaseOrder,
  PurchaseOrderAtVendor,
  ReceiptNotice,
  ShipmentNotice,
  UnreadableDocument,
  VendorDocument,
} from './vendor-documents.js';
