import { EVERYDAY_CLASSES, everydayForms } from '../../contract/everyday-objects.ts';
import { assumed, many, type NounSense, one } from './noun-sense.ts';

/** Other words for what public models find; only such as have no second meaning on or beside a desk. */
const SYNONYMS: Readonly<Record<string, NounSense>> = {
  persons: many('person'),
  motorbike: one('motorcycle'),
  motorbikes: many('motorcycle'),
  aeroplane: one('airplane'),
  aeroplanes: many('airplane'),
  rucksack: one('backpack'),
  rucksacks: many('backpack'),
  'necktie|neck tie': one('tie'),
  'bow tie': one('tie'),
  neckties: many('tie'),
  'neck|bow ties': many('tie'),
  ball: one('sports_ball'),
  balls: many('sports_ball'),
  'tennis racquet': one('tennis_racket'),
  'tennis racquets': many('tennis_racket'),
  'kitchen|table knife': one('knife'),
  'kitchen|table knives': many('knife'),
  'teaspoon|tablespoon': one('spoon'),
  'teaspoons|tablespoons': many('spoon'),
  hotdog: one('hot_dog'),
  hotdogs: many('hot_dog'),
  doughnut: one('donut'),
  doughnuts: many('donut'),
  'office|desk|dining|kitchen|swivel chair': one('chair'),
  'office|desk|dining|kitchen|swivel chairs': many('chair'),
  armchair: one('chair'),
  armchairs: many('chair'),
  sofa: one('couch'),
  sofas: many('couch'),
  'plant|houseplant': one('potted_plant'),
  'plants|houseplants': many('potted_plant'),
  'house|indoor|desk|pot plant': one('potted_plant'),
  'house|indoor|desk|pot plants': many('potted_plant'),
  'tv? remote control?': one('remote'),
  'tv? remote controls': many('remote'),
  'tv remotes': many('remote'),
  'microwave oven': one('microwave'),
  'microwave ovens': many('microwave'),
  fridge: one('refrigerator'),
  fridges: many('refrigerator'),
  'alarm|desk|table|wall clock': one('clock'),
  'alarm|desk|table|wall clocks': many('clock'),
  'flower vase': one('vase'),
  'flower vases': many('vase'),
  scissors: many('scissors'),
  teddy: one('teddy_bear'),
  'hair|blow dryer': one('hair_drier'),
  'hair|blow dryers': many('hair_drier'),
  'hairdryer|hairdrier': one('hair_drier'),
  'hairdryers|hairdriers': many('hair_drier'),
  // Models have one class for both.
  'tv|television screen|set?': assumed(one('monitor')),
  'tvs|televisions': assumed(many('monitor')),
};

/** Nouns for the other classes of COCO. */
export const EVERYDAY_WORDS: Readonly<Record<string, NounSense>> = {
  ...Object.fromEntries(
    EVERYDAY_CLASSES.flatMap((name) => {
      const [single, several] = everydayForms(name);
      return [
        [several, many(name)],
        [single, one(name)],
      ];
    }),
  ),
  ...SYNONYMS,
};

/** Words that tell of another noun what it is like: "an orange mug", "the remote desk". */
export const MAY_DESCRIBE: ReadonlySet<string> = new Set(['orange', 'remote', 'apple']);

/** Also verbs: "never bear …", "never tie …" speak of people. */
export const ALSO_VERBS: readonly string[] = [
  ...['drink', 'book', 'phone', 'screen', 'display', 'monitor'],
  ...['bear', 'bench', 'clock', 'fork', 'knife', 'plant', 'sandwich', 'sink', 'ski', 'tie', 'toast', 'train', 'truck'],
];
