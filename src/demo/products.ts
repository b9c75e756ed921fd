import type { SeededRandom } from './random.js';

/** A product of the demo's catalogue. Amounts are decimal strings in USD. */
export interface DemoProduct {
  readonly sku: string;
  readonly title: string;
  readonly category: Category;
  readonly unitWeightGrams: number;
  readonly unitVolumeCm3: number;
  readonly tags: readonly string[];
  readonly hsCode: string;
  readonly originCountry: string;
  /** In cents. */
  readonly priceCents: number;
}

interface CategoryFacts {
  readonly prefix: string;
  readonly nouns: readonly string[];
  readonly hsCode: string;
  readonly origins: readonly string[];
  readonly grams: readonly [number, number];
  readonly gramsPerLitre: number;
  readonly cents: readonly [number, number];
  readonly tags: readonly string[];
}

export const CATEGORIES = [
  'kitchen',
  'electronics',
  'apparel',
  'outdoor',
  'toys',
  'beauty',
  'tools',
  'office',
] as const;
export type Category = (typeof CATEGORIES)[number];

const FACTS: Readonly<Record<Category, CategoryFacts>> = {
  kitchen: {
    prefix: 'KIT',
    nouns: ['Mug', 'Frying Pan', 'Chef Knife', 'Teapot', 'Cutting Board', 'Mixing Bowl', 'Kettle'],
    hsCode: '691200',
    origins: ['CN', 'DE', 'US'],
    grams: [250, 3200],
    gramsPerLitre: 350,
    cents: [900, 9000],
    tags: ['fragile'],
  },
  electronics: {
    prefix: 'ELE',
    nouns: ['Headphones', 'Speaker', 'Power Bank', 'Keyboard', 'Webcam', 'Watch', 'Desk Lamp'],
    hsCode: '851830',
    origins: ['CN', 'KR', 'JP'],
    grams: [80, 1800],
    gramsPerLitre: 300,
    cents: [1900, 29900],
    tags: ['battery'],
  },
  apparel: {
    prefix: 'APP',
    nouns: ['T-Shirt', 'Hoodie', 'Rain Jacket', 'Socks', 'Cap', 'Scarf', 'Jeans'],
    hsCode: '610910',
    origins: ['IN', 'PT', 'TR'],
    grams: [60, 900],
    gramsPerLitre: 180,
    cents: [700, 12900],
    tags: [],
  },
  outdoor: {
    prefix: 'OUT',
    nouns: ['Tent', 'Sleeping Bag', 'Camp Stove', 'Backpack', 'Head Torch', 'Water Filter', 'Trekking Poles'],
    hsCode: '630622',
    origins: ['CN', 'US', 'SE'],
    grams: [150, 6500],
    gramsPerLitre: 220,
    cents: [1500, 39900],
    tags: ['oversized'],
  },
  toys: {
    prefix: 'TOY',
    nouns: ['Puzzle', 'Board Game', 'Building Blocks', 'Plush Bear', 'Toy Train', 'Kite', 'Marbles'],
    hsCode: '950300',
    origins: ['CN', 'DE', 'PL'],
    grams: [120, 2400],
    gramsPerLitre: 160,
    cents: [600, 7900],
    tags: [],
  },
  beauty: {
    prefix: 'BEA',
    nouns: ['Hand Cream', 'Shampoo', 'Perfume', 'Soap Set', 'Nail Polish', 'Face Mask', 'Beard Oil'],
    hsCode: '330499',
    origins: ['FR', 'KR', 'IT'],
    grams: [40, 700],
    gramsPerLitre: 700,
    cents: [500, 8900],
    tags: ['hazmat'],
  },
  tools: {
    prefix: 'TOO',
    nouns: ['Screwdriver Set', 'Cordless Drill', 'Tape Measure', 'Hammer', 'Spirit Level', 'Wrench', 'Work Gloves'],
    hsCode: '820540',
    origins: ['DE', 'CN', 'JP'],
    grams: [150, 4800],
    gramsPerLitre: 900,
    cents: [800, 19900],
    tags: [],
  },
  office: {
    prefix: 'OFF',
    nouns: ['Notebook', 'Fountain Pen', 'Stapler', 'Desk Organiser', 'Monitor Stand', 'Whiteboard', 'Label Printer'],
    hsCode: '482010',
    origins: ['DE', 'JP', 'US'],
    grams: [90, 5200],
    gramsPerLitre: 450,
    cents: [300, 14900],
    tags: [],
  },
};

const ADJECTIVES = [
  'Alder',
  'Birch',
  'Cedar',
  'Delta',
  'Ember',
  'Fjord',
  'Granite',
  'Harbor',
  'Indigo',
  'Juniper',
  'Kestrel',
  'Lumen',
  'Meadow',
  'Nimbus',
  'Onyx',
  'Pebble',
] as const;

/** `count` products spread over all categories, the same from the same random. */
export function makeProducts(count: number, random: SeededRandom): DemoProduct[] {
  return Array.from({ length: count }, (_, index) => {
    const category = CATEGORIES[index % CATEGORIES.length] ?? 'kitchen';
    const facts = FACTS[category];
    const unitWeightGrams = random.integer(...facts.grams);
    return {
      sku: `${facts.prefix}-${String(index + 1).padStart(4, '0')}`,
      title: `${random.pick(ADJECTIVES)} ${random.pick(facts.nouns)} ${random.integer(1, 99)}`,
      category,
      unitWeightGrams,
      unitVolumeCm3: Math.max(20, Math.round((unitWeightGrams * 1000) / facts.gramsPerLitre)),
      tags: facts.tags.filter(() => random.chance(0.35)),
      hsCode: facts.hsCode,
      originCountry: random.pick(facts.origins),
      priceCents: random.integer(...facts.cents),
    };
  });
}
