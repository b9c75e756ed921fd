/** A part of the world whose nodes share carriers. */
export type Realm = 'america' | 'europe' | 'asia';

/** A real city with coordinates (WGS 84), a postal code in it, and its time zone. */
export interface City {
  readonly code: string;
  readonly name: string;
  readonly realm: Realm;
  readonly countryCode: string;
  readonly regionCode: string | null;
  readonly postalCode: string;
  readonly latitude: string;
  readonly longitude: string;
  readonly timeZone: string;
}

const city = (
  realm: Realm,
  code: string,
  name: string,
  countryCode: string,
  regionCode: string | null,
  postalCode: string,
  latitude: string,
  longitude: string,
  timeZone: string,
): City => ({ realm, code, name, countryCode, regionCode, postalCode, latitude, longitude, timeZone });

/** Where demo vendors ship from: 14 cities in North America, 9 in Europe, 7 in Asia. */
export const CITIES: readonly City[] = [
  city('america', 'reno', 'Reno', 'US', 'NV', '89501', '39.52963', '-119.81380', 'America/Los_Angeles'),
  city('america', 'columbus', 'Columbus', 'US', 'OH', '43215', '39.96118', '-82.99879', 'America/New_York'),
  city('america', 'dallas', 'Dallas', 'US', 'TX', '75201', '32.77666', '-96.79699', 'America/Chicago'),
  city('america', 'atlanta', 'Atlanta', 'US', 'GA', '30303', '33.74900', '-84.38798', 'America/New_York'),
  city('america', 'newark', 'Newark', 'US', 'NJ', '07102', '40.73566', '-74.17237', 'America/New_York'),
  city('america', 'memphis', 'Memphis', 'US', 'TN', '38103', '35.14953', '-90.04898', 'America/Chicago'),
  city(
    'america',
    'louisville',
    'Louisville',
    'US',
    'KY',
    '40202',
    '38.25267',
    '-85.75846',
    'America/Kentucky/Louisville',
  ),
  city('america', 'chicago', 'Chicago', 'US', 'IL', '60607', '41.87811', '-87.62980', 'America/Chicago'),
  city('america', 'ontario-ca', 'Ontario', 'US', 'CA', '91761', '34.06334', '-117.65089', 'America/Los_Angeles'),
  city('america', 'seattle', 'Seattle', 'US', 'WA', '98101', '47.60621', '-122.33207', 'America/Los_Angeles'),
  city('america', 'denver', 'Denver', 'US', 'CO', '80202', '39.73924', '-104.99025', 'America/Denver'),
  city('america', 'toronto', 'Toronto', 'CA', 'ON', 'M5V 2T6', '43.65323', '-79.38318', 'America/Toronto'),
  city('america', 'vancouver', 'Vancouver', 'CA', 'BC', 'V6B 1A1', '49.28273', '-123.12074', 'America/Vancouver'),
  city('america', 'monterrey', 'Monterrey', 'MX', 'NLE', '64000', '25.68661', '-100.31611', 'America/Monterrey'),
  city('europe', 'rotterdam', 'Rotterdam', 'NL', null, '3011 AD', '51.92442', '4.47773', 'Europe/Amsterdam'),
  city('europe', 'tilburg', 'Tilburg', 'NL', null, '5011 AA', '51.56059', '5.09191', 'Europe/Amsterdam'),
  city('europe', 'leipzig', 'Leipzig', 'DE', null, '04109', '51.33970', '12.37307', 'Europe/Berlin'),
  city('europe', 'lyon', 'Lyon', 'FR', null, '69002', '45.76404', '4.83566', 'Europe/Paris'),
  city('europe', 'zaragoza', 'Zaragoza', 'ES', null, '50001', '41.64882', '-0.88909', 'Europe/Madrid'),
  city('europe', 'milan', 'Milan', 'IT', null, '20121', '45.46427', '9.18951', 'Europe/Rome'),
  city('europe', 'warsaw', 'Warsaw', 'PL', null, '00-001', '52.22968', '21.01223', 'Europe/Warsaw'),
  city('europe', 'daventry', 'Daventry', 'GB', null, 'NN11 4AA', '52.25745', '-1.16070', 'Europe/London'),
  city('europe', 'gothenburg', 'Gothenburg', 'SE', null, '411 03', '57.70887', '11.97456', 'Europe/Stockholm'),
  city('asia', 'shenzhen', 'Shenzhen', 'CN', null, '518000', '22.54286', '114.05956', 'Asia/Shanghai'),
  city('asia', 'ningbo', 'Ningbo', 'CN', null, '315000', '29.86834', '121.54399', 'Asia/Shanghai'),
  city('asia', 'osaka', 'Osaka', 'JP', null, '530-0001', '34.69374', '135.50217', 'Asia/Tokyo'),
  city('asia', 'incheon', 'Incheon', 'KR', null, '21999', '37.45629', '126.70521', 'Asia/Seoul'),
  city('asia', 'singapore', 'Singapore', 'SG', null, '018956', '1.35208', '103.81984', 'Asia/Singapore'),
  city('asia', 'mumbai', 'Mumbai', 'IN', 'MH', '400001', '19.07598', '72.87766', 'Asia/Kolkata'),
  city('asia', 'bangkok', 'Bangkok', 'TH', null, '10110', '13.75633', '100.50177', 'Asia/Bangkok'),
];

/** Destinations that the demo's carriers serve, by part of the world. */
export const DESTINATIONS: Readonly<Record<Realm, readonly string[]>> = {
  america: ['US', 'CA', 'MX', 'BR', 'CL', 'CO', 'AR', 'PE', 'CR', 'PA'],
  europe: [
    'DE',
    'NL',
    'BE',
    'LU',
    'FR',
    'ES',
    'PT',
    'IT',
    'AT',
    'PL',
    'CZ',
    'SK',
    'SI',
    'HU',
    'RO',
    'BG',
    'GR',
    'HR',
    'SE',
    'DK',
    'FI',
    'EE',
    'LV',
    'LT',
    'IE',
    'CY',
    'MT',
    'GB',
    'CH',
    'NO',
    'IS',
    'TR',
    'AE',
    'SA',
    'IL',
    'EG',
    'ZA',
    'NG',
    'KE',
    'MA',
  ],
  asia: ['CN', 'JP', 'KR', 'TW', 'HK', 'SG', 'IN', 'TH', 'VN', 'MY', 'ID', 'PH', 'AU', 'NZ'],
};
