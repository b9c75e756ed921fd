import type { CarrierConnector } from '../carrier.js';
import type { ChannelConnector } from '../channel.js';
import type { VendorConnector } from '../vendor.js';
import { type CarrierBench, carrierCases } from './carrier-cases.js';
import { type Runner, registerCases, type Subject } from './cases.js';
import { type ChannelBench, channelCases } from './channel-cases.js';
import { type VendorBench, type VendorTrouble, vendorCases } from './vendor-cases.js';

export { ConnectorError } from '../../model/errors.js';
export { memoryNumbers } from './calls.js';
export type { ContractCase, Level, Runner, Subject } from './cases.js';
export {
  type CarrierBench,
  type ChannelBench,
  carrierCases,
  channelCases,
  type VendorBench,
  type VendorTrouble,
  vendorCases,
};

/** Runs a vendor connector, ours or a stranger's, through what every vendor connector keeps. */
export function describeVendor(subject: Subject<VendorConnector, VendorBench>, runner: Runner): void {
  registerCases(vendorCases, subject, runner);
}

/** Runs a carrier connector, ours or a stranger's, through what every carrier connector keeps. */
export function describeCarrier(subject: Subject<CarrierConnector, CarrierBench>, runner: Runner): void {
  registerCases(carrierCases, subject, runner);
}

/** Runs a channel connector, ours or a stranger's, through what every channel connector keeps. */
export function describeChannel(subject: Subject<ChannelConnector, ChannelBench>, runner: Runner): void {
  registerCases(channelCases, subject, runner);
}
