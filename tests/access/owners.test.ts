import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallContext } from '../../src/contract/call-context.ts';
import type { RuleDraft } from '../../src/contract/rule.ts';
import type { SearchRequest } from '../../src/contract/search.ts';
import { createNotificationService } from '../../src/notifications/service.ts';
import type { Outbox } from '../../src/ports/outbox.ts';
import { World } from '../fleet/open-fleet.ts';
import { callOf } from '../support/caller.ts';
import { DESK, type openJourney, plainPhoto } from '../support/journey.ts';
import { openRig, type Rig } from '../watch/rig.ts';

/**
 * Everything that one person can do with what another one has. The methods are taken from the services themselves: one
 * that is not in these tables fails, so that nobody adds a method without saying what a stranger gets from it.
 */
const ann = callOf('ann');
const bob = callOf('bob');
const nobody = callOf('eve', 'viewer');
const page = { limit: 50 };

interface Theirs {
  readonly analysis: string;
  readonly rule: string;
  readonly calibration: string;
  readonly camera: string;
  readonly feedback: string;
  readonly task: string;
  readonly draft: RuleDraft;
  readonly photo: Buffer;
}

/** What bob gets: an error code, or an answer that must not hold an id of ann's. */
type Try = (journey: Journey, ctx: CallContext, ann: Theirs) => Promise<unknown>;
type Journey = ReturnType<typeof openJourney>;

const nothing = async (count: Promise<number>): Promise<void> => {
  expect(await count).toBe(0);
};

const drained = async (items: AsyncIterable<unknown>): Promise<unknown[]> => {
  const all = [];
  for await (const item of items) all.push(item);
  return all;
};

const ANALYSES: Record<string, [Try, code: string | null]> = {
  analyze: [(j, ctx, t) => j.service.analyze(ctx, { image: t.analysis }), 'ANALYSIS_008'],
  batch: [(j, ctx, t) => j.service.batch(ctx, [{ bytes: t.photo }]), null],
  stream: [(j, ctx, t) => drained(j.service.stream(ctx, [{ bytes: t.photo }])), null],
  get: [(j, ctx, t) => j.service.get(ctx, t.analysis), 'ANALYSIS_008'],
  list: [(j, ctx) => j.service.list(ctx, page), null],
  count: [(j, ctx) => nothing(j.service.count(ctx)), null],
  ids: [(j, ctx) => j.service.ids(ctx, 'ana_', 50), null],
  delete: [(j, ctx, t) => j.service.delete(ctx, t.analysis), 'ANALYSIS_008'],
  deleteAll: [(j, ctx) => j.service.deleteAll(ctx), null],
  annotatedImage: [(j, ctx, t) => j.service.annotatedImage(ctx, t.analysis), 'ANALYSIS_008'],
  photo: [(j, ctx, t) => j.service.photo(ctx, t.analysis), 'ANALYSIS_008'],
  scene: [(j, ctx, t) => j.service.scene(ctx, t.analysis), 'ANALYSIS_008'],
  whatIf: [
    (j, ctx, t) => j.service.whatIf(ctx, t.analysis, { moves: [{ object_id: 'mug-1', vector_px: [1, 1] }] }),
    'ANALYSIS_008',
  ],
  link: [(j, ctx, t) => j.service.link(ctx, t.analysis, { of: 'photo', expires_in_s: 60 }), 'ANALYSIS_008'],
};

const CALIBRATIONS: Record<string, [Try, code: string | null]> = {
  create: [
    (j, ctx) => j.calibrations.create(ctx, { name: 'b', width: 640, height: 480, calibration: { mm_per_pixel: 1 } }),
    null,
  ],
  list: [(j, ctx) => j.calibrations.list(ctx, page), null],
  count: [(j, ctx) => nothing(j.calibrations.count(ctx)), null],
  get: [(j, ctx, t) => j.calibrations.get(ctx, t.calibration), 'CALIBRATION_002'],
  measure: [
    (j, ctx, t) => j.calibrations.measure(ctx, t.calibration, { from_px: [1, 1], to_px: [2, 2] }),
    'CALIBRATION_002',
  ],
  delete: [(j, ctx, t) => j.calibrations.delete(ctx, t.calibration), 'CALIBRATION_002'],
};

const RULES: Record<string, [Try, code: string | null]> = {
  read: [(j, ctx) => j.rules.read(ctx, { text: 'Keep mugs at least 10 cm from laptops' }), null],
  check: [(j, ctx, t) => j.rules.check(ctx, t.draft), null],
  create: [(j, ctx, t) => j.rules.create(ctx, t.draft), null],
  get: [(j, ctx, t) => j.rules.get(ctx, t.rule), 'RULES_001'],
  list: [(j, ctx) => j.rules.list(ctx, {}, page), null],
  count: [(j, ctx) => nothing(j.rules.count(ctx, {})), null],
  ids: [(j, ctx) => j.rules.ids(ctx, 'rule_', 50), null],
  removed: [(j, ctx) => j.rules.removed(ctx, page), null],
  active: [(j, ctx) => j.rules.active(ctx), null],
  update: [(j, ctx, t) => j.rules.update(ctx, t.rule, { enabled: false }), 'RULES_001'],
  preview: [(j, ctx, t) => j.rules.preview(ctx, t.rule, { enabled: false }), 'RULES_001'],
  remove: [(j, ctx, t) => j.rules.remove(ctx, t.rule, { permanent: true }), 'RULES_001'],
  restore: [(j, ctx, t) => j.rules.restore(ctx, t.rule, { version: 1 }), 'RULES_001'],
  history: [(j, ctx, t) => j.rules.history(ctx, t.rule), 'RULES_001'],
  statistics: [(j, ctx, t) => j.rules.statistics(ctx, t.rule), 'RULES_001'],
  conflicts: [(j, ctx) => j.rules.conflicts(ctx), null],
  export: [(j, ctx) => j.rules.export(ctx), null],
  import: [
    async (j, ctx, t) => {
      const stolen = { ...(await j.rules.get(ann, t.rule)), priority: 1 };
      return j.rules.import(ctx, { version: 1, rules: [stolen] });
    },
    'RULES_002',
  ],
};

const SEARCH: Record<string, [Try, code: string | null]> = {
  search: [(j, ctx) => j.search.search(ctx, { objects: ['mug'], verdict: 'violated' }), null],
};

const FEEDBACK: Record<string, [Try, code: string | null]> = {
  give: [(j, ctx, t) => j.feedback.give(ctx, { analysis_id: t.analysis, is_correct: false }), 'ANALYSIS_008'],
  list: [(j, ctx) => j.feedback.list(ctx, page), null],
  count: [(j, ctx) => nothing(j.feedback.count(ctx)), null],
  ofAnalysis: [(j, ctx, t) => j.feedback.ofAnalysis(ctx, t.analysis), 'ANALYSIS_008'],
  delete: [(j, ctx, t) => j.feedback.delete(ctx, t.feedback), 'FEEDBACK_001'],
};

const TARGET = { id: 'p', url: 'https://a.example/', token: '', authentication: null, version: '1.0' };
const kept = (id: string) => ({
  id,
  contextId: 'c',
  state: 'TASK_STATE_COMPLETED',
  statusAt: '2026-01-01T00:00:00Z',
  task: {},
});

const AGENT_TASKS: Record<string, [Try, code: string | null]> = {
  save: [(j, ctx, t) => j.agentTasks.save(ctx, kept(t.task)), 'JOB_001'],
  get: [(j, ctx, t) => j.agentTasks.get(ctx, t.task).then((found) => found?.id), null],
  list: [(j, ctx) => nothing(j.agentTasks.list(ctx, {}, page).then(({ total }) => total)), null],
  // Of no task: whether an address may be called at all.
  check: [async (j) => j.agentTasks.check('https://10.0.0.1/'), 'VALIDATION_007'],
  addTarget: [(j, ctx, t) => j.agentTasks.addTarget(ctx, t.task, TARGET), 'JOB_001'],
  targets: [(j, ctx, t) => nothing(j.agentTasks.targets(ctx, t.task).then(({ length }) => length)), null],
  removeTarget: [(j, ctx, t) => j.agentTasks.removeTarget(ctx, t.task, TARGET.id), null],
  tell: [(j, ctx, t) => j.agentTasks.tell(ctx, t.task, () => expect.fail('there is nobody to tell')), null],
  // Of the process: whether what was told is written down, and what an ended one left behind.
  told: [async (j, _ctx, t) => j.agentTasks.told(t.task), null],
  lostTasks: [async () => {}, null],
  close: [async () => {}, null],
};

/** Messages are the operator's: an administrator sees all of them. What each was shown or wants to hear is their own. */
const NOTIFICATIONS: Record<string, [Try, code: string | null]> = {
  status: [(_j, ctx) => notifications().status(ctx), null],
  states: [async (_j, ctx) => notifications().states(ctx), null],
  test: [(_j, ctx) => notifications().test(analyst(ctx), 'slack'), 'AUTH_003'],
  deadLetters: [(_j, ctx) => notifications().deadLetters(analyst(ctx), page), 'AUTH_003'],
  replay: [(_j, ctx) => notifications().replay(analyst(ctx), 'dead-of-ann'), 'AUTH_003'],
  replayAll: [(_j, ctx) => notifications().replayAll(analyst(ctx)), 'AUTH_003'],
  forget: [(_j, ctx) => notifications().forget(analyst(ctx), 'dead-of-ann'), 'AUTH_003'],
  render: [(_j, ctx, t) => notifications().render(ctx, t.analysis), 'NOTIFICATION_003'],
  // Of no caller: whoever posts there must know the token.
  confirmRender: [(_j, _ctx, t) => notifications().confirmRender(`${t.analysis}.${'x'.repeat(32)}`), 'AUTH_003'],
  preferences: [(_j, ctx) => notifications().preferences(ctx), null],
  setPreferences: [
    (_j, ctx) => notifications().setPreferences(ctx, { channels: {}, muted_rules: [], quiet_hours: null }),
    null,
  ],
};
const analyst = ({ principal }: CallContext): CallContext => callOf(principal.id, 'analyst');

/** What a target of the operator's would do for whoever may ask it. */
const outbox: Outbox = {
  targets: ['slack'],
  accept: async () => {},
  status: async () => [],
  states: () => [],
  test: async () => expect.fail('a test was sent'),
  deadLetters: async () => expect.fail('dead letters were read'),
  replay: async () => expect.fail('a letter was sent again'),
  forget: async () => expect.fail('a letter was removed'),
  settle: async () => true,
};
const notifications = () =>
  createNotificationService({
    outbox,
    renderer: { confirm: async () => false },
    registry: journey.records.registry,
    now: () => new Date(),
  });

const FOLDER = { kind: 'folder', address: '/tmp' } as const;
const CAMERAS: Record<string, [Try, code: string | null]> = {
  create: [(_j, ctx) => rig.service.create(ctx, { name: 'desk', source: FOLDER }), null],
  update: [(_j, ctx, t) => rig.service.update(ctx, t.camera, { enabled: false }), 'CAMERA_001'],
  delete: [(_j, ctx, t) => rig.service.delete(ctx, t.camera), 'CAMERA_001'],
  list: [(_j, ctx) => rig.service.list(ctx, page), null],
  count: [(_j, ctx) => nothing(rig.service.count(ctx)), null],
  get: [(_j, ctx, t) => rig.service.get(ctx, t.camera), 'CAMERA_001'],
  names: [(_j, ctx) => nothing(rig.service.names(ctx, '', 50).then(({ length }) => length)), null],
  status: [(_j, ctx, t) => rig.service.status(ctx, t.camera), 'CAMERA_001'],
  changes: [(_j, ctx, t) => rig.service.changes(ctx, { camera: t.camera }), 'CAMERA_001'],
  events: [(_j, ctx, t) => rig.service.events(ctx, t.camera, { limit: 50 }), 'CAMERA_001'],
  timeline: [(_j, ctx, t) => rig.service.timeline(ctx, t.camera, {}), 'CAMERA_001'],
  heat: [(_j, ctx, t) => rig.service.heat(ctx, t.camera, {}), 'CAMERA_001'],
  snapshot: [(_j, ctx, t) => rig.service.snapshot(ctx, t.camera), 'CAMERA_001'],
  timeLapse: [(_j, ctx, t) => rig.service.timeLapse(ctx, t.camera, { format: 'zip' }), 'CAMERA_001'],
  confirm: [(_j, ctx, t) => rig.service.confirm(ctx, t.camera), 'CAMERA_001'],
  // Of no camera: whether a source gives a picture.
  test: [(_j, ctx) => rig.service.test(ctx, FOLDER), null],
};

const TABLES = {
  cameras: CAMERAS,
  notifications: NOTIFICATIONS,
  analyses: ANALYSES,
  calibrations: CALIBRATIONS,
  rules: RULES,
  feedback: FEEDBACK,
  search: SEARCH,
  agentTasks: AGENT_TASKS,
};

const UNSIZED = { width: null, height: null, format: null, updated_at: '2026-01-01T00:00:00.000Z' };
let journey: Journey;
let rig: Rig;
let theirs: Theirs;
beforeEach(async () => {
  rig = openRig({ store: { detections: DESK } });
  ({ journey } = rig);
  const photo = await plainPhoto();
  const reading = await journey.rules.read(ann, { text: 'Keep mugs at least 30 cm from laptops' });
  if (!reading.ok) throw new Error(reading.reason);
  const { rule } = await journey.rules.create(ann, reading.draft);
  const made = await journey.calibrations.create(ann, {
    name: 'a',
    width: 640,
    height: 480,
    calibration: { mm_per_pixel: 1 },
  });
  const analysis = await journey.service.analyze(ann, { bytes: photo, calibration_id: made.calibration_id });
  const { draft } = reading;
  const { analysis_id } = analysis;
  const task = 'task-of-ann';
  await journey.agentTasks.save(ann, kept(task));
  await journey.agentTasks.addTarget(ann, task, TARGET);
  await journey.records.registry.add('render', {
    ...{ id: analysis_id, lookup: null, owner: 'ann', created_at: analysis.timestamp, expires_at: null, version: 1 },
    value: {
      render: { analysis_id, render_id: 'r', status: 'COMPLETED', url: 'https://a.example/r', ...UNSIZED },
      token: 'only-templated-knows-this-one',
    },
  });
  const mine = { channels: {}, muted_rules: [rule.rule_id], quiet_hours: null };
  await notifications().setPreferences(ann, mine);
  const { feedback_id } = await journey.feedback.give(ann, { analysis_id, is_correct: false });
  const { camera_id } = await rig.service.create(ann, { name: 'desk', source: FOLDER, picture_every_s: 1 });
  const watcher = rig.newWatcher((await rig.store.get(camera_id))!);
  await rig.look(watcher, 2);
  await watcher.close();
  journey.seen.detections = DESK;
  theirs = {
    camera: camera_id,
    analysis: analysis_id,
    rule: rule.rule_id,
    calibration: made.calibration_id,
    feedback: feedback_id,
    task,
    draft,
    photo,
  };
});
afterEach(() => journey.close());

/** All that ann has, as the stores hold it. */
async function everything() {
  const { records } = journey;
  return JSON.stringify([
    await records.analyses.get(theirs.analysis),
    await records.analyses.state(theirs.analysis),
    await records.rules.get(theirs.rule),
    await records.rules.history(theirs.rule),
    await records.evaluations.statistics('ann', theirs.rule),
    await records.calibrations.get(theirs.calibration),
    await records.registry.get('feedback', theirs.feedback),
    await records.registry.get('a2a_task', theirs.task),
    await records.registry.under('a2a_push', theirs.task, 10),
    await records.registry.get('render', theirs.analysis),
    await records.registry.get('notification_preferences', 'ann'),
    await records.registry.get('camera', theirs.camera),
    await records.registry.get('camera_state', theirs.camera),
    await records.registry.get('camera_view', theirs.camera),
    await records.registry.under('camera_picture', theirs.camera, 10),
  ]);
}

describe('a second principal', () => {
  it('is tried on every method of every service', () => {
    const services = {
      cameras: rig.service,
      analyses: journey.service,
      calibrations: journey.calibrations,
      rules: journey.rules,
      feedback: journey.feedback,
      search: journey.search,
      agentTasks: journey.agentTasks,
      notifications: notifications(),
    };
    for (const [name, service] of Object.entries(services)) {
      expect([name, Object.keys(TABLES[name as keyof typeof TABLES]).toSorted()]).toEqual([
        name,
        Object.keys(service).toSorted(),
      ]);
    }
  });

  for (const [name, table] of Object.entries(TABLES)) {
    it.each(Object.entries(table))(
      `${name}.%s sees and changes nothing of the first`,
      async (_method, [attempt, code]) => {
        const before = await everything();
        const outcome = await attempt(journey, bob, theirs).catch((thrown) => thrown);
        if (code !== null) expect(outcome).toMatchObject({ code });
        else {
          expect(outcome).not.toBeInstanceOf(Error);
          const answer = JSON.stringify(outcome) ?? '';
          for (const id of [theirs.analysis, theirs.rule, theirs.calibration, theirs.task, theirs.camera])
            expect(answer).not.toContain(id);
        }
        expect(await everything()).toBe(before);
      },
    );
  }

  it('is judged by its own rules and its own calibrations, and gets no cached answer of the first', async () => {
    const mine = await journey.service.analyze(bob, { bytes: theirs.photo });
    expect(mine).toMatchObject({ cached: false, rules: [] });
    expect((await journey.service.analyze(ann, { bytes: theirs.photo })).rules).not.toEqual([]);
    const borrowed = journey.service.analyze(bob, { bytes: theirs.photo, calibration_id: theirs.calibration });
    await expect(borrowed).rejects.toMatchObject({ code: 'CALIBRATION_002' });
    const named = journey.service.analyze(bob, { bytes: theirs.photo, only_rules: [theirs.rule] });
    await expect(named).rejects.toMatchObject({ code: 'RULES_001' });
  });

  it('finds nothing of the first, by whatever it looks', async () => {
    const looks: SearchRequest[] = [
      {},
      { objects: ['mug'] },
      { about: ['mug', 'laptop'] },
      { rule_id: theirs.rule },
      { text: 'mugs' },
    ];
    for (const look of looks) {
      expect((await journey.search.search(ann, look)).hits.map(({ item }) => item.analysis_id)).toEqual([
        theirs.analysis,
      ]);
      if (look.rule_id === undefined) expect((await journey.search.search(bob, look)).hits).toEqual([]);
    }
    // As one that there is not.
    for (const rule_id of [theirs.rule, 'rule_none']) {
      await expect(journey.search.search(bob, { rule_id })).rejects.toMatchObject({ code: 'RULES_001' });
    }
    const like = { analysis_id: theirs.analysis };
    await expect(journey.search.search(bob, like)).rejects.toMatchObject({ code: 'ANALYSIS_008' });
    await expect(journey.search.search(bob, { image: theirs.analysis })).rejects.toMatchObject({
      code: 'ANALYSIS_008',
    });
  });

  it("gets the rules that are everyone's, and may change them with the permission to", async () => {
    await journey.rules.update(ann, theirs.rule, { scope: 'everyone' });
    expect((await journey.rules.list(bob, {}, page)).items.map((r) => r.rule_id)).toEqual([theirs.rule]);
    const seen = await journey.service.analyze(bob, { bytes: theirs.photo });
    expect(seen.rules.map((v) => v.rule_id)).toContain(theirs.rule);
    expect((await journey.rules.update(bob, theirs.rule, { priority: 2 })).rule).toMatchObject({ owner: 'ann' });
    const refused = journey.rules.update(callOf('eve', 'analyst'), theirs.rule, { priority: 3 });
    await expect(refused).rejects.toMatchObject({ code: 'AUTH_003' });
    await journey.rules.update(ann, theirs.rule, { scope: 'mine' });
    expect((await journey.service.analyze(bob, { bytes: theirs.photo })).rules).toEqual([]);
  });

  it('counts its own evaluations only', async () => {
    await journey.rules.update(ann, theirs.rule, { scope: 'everyone' });
    expect(await journey.rules.statistics(bob, theirs.rule)).toMatchObject({ total_evaluations: 0 });
    await journey.service.analyze(bob, { bytes: theirs.photo });
    expect(await journey.rules.statistics(bob, theirs.rule)).toMatchObject({ total_evaluations: 1 });
    expect(await journey.rules.statistics(ann, theirs.rule)).toMatchObject({ total_evaluations: 1 });
  });

  it('the first sees its own picture and preferences all the same', async () => {
    expect(await notifications().render(ann, theirs.analysis)).toMatchObject({ status: 'COMPLETED' });
    expect(await notifications().preferences(ann)).toMatchObject({ muted_rules: [theirs.rule] });
  });

  it("the name of a camera is its owner's own", async () => {
    const { camera_id } = await rig.service.create(bob, { name: 'desk', source: FOLDER });
    expect((await rig.service.get(bob, 'desk')).camera_id).toBe(camera_id);
    expect((await rig.service.get(ann, 'desk')).camera_id).toBe(theirs.camera);
    await expect(rig.service.create(bob, { name: 'DESK', source: FOLDER })).rejects.toMatchObject({
      code: 'CAMERA_003',
    });
    const borrowed = rig.service.update(bob, 'desk', { calibration_id: theirs.calibration });
    await expect(borrowed).rejects.toMatchObject({ code: 'CALIBRATION_002' });
    expect((await rig.service.timeLapse(ann, 'desk', { format: 'zip' })).pictures).toBe(2);
    await expect(rig.service.snapshot(bob, 'desk')).rejects.toMatchObject({ code: 'STORAGE_002' });
  });

  it('who may only look changes nothing, and is told which permission is missing', async () => {
    const writing: [Try, string][] = [
      [(j, ctx, t) => j.service.analyze(ctx, { bytes: t.photo }), 'analysis:write'],
      [(j, ctx, t) => j.service.delete(ctx, t.analysis), 'analysis:delete'],
      [(j, ctx) => j.service.deleteAll(ctx), 'analysis:delete'],
      [(j, ctx) => j.service.deleteAll(ctx, { dryRun: true }), 'analysis:delete'],
      [(j, ctx) => j.calibrations.delete(ctx, 'cal_x'), 'analysis:delete'],
      [(_j, ctx) => rig.service.create(ctx, { name: 'eve', source: FOLDER }), 'analysis:write'],
      [(_j, ctx, t) => rig.service.update(ctx, t.camera, { enabled: false }), 'analysis:write'],
      [(_j, ctx, t) => rig.service.confirm(ctx, t.camera), 'analysis:write'],
      [(_j, ctx) => rig.service.test(ctx, FOLDER), 'analysis:write'],
      [(_j, ctx, t) => rig.service.delete(ctx, t.camera), 'analysis:delete'],
      [(j, ctx, t) => j.rules.create(ctx, t.draft), 'rules:write'],
      [(j, ctx, t) => j.rules.update(ctx, t.rule, {}), 'rules:write'],
      [(j, ctx, t) => j.rules.restore(ctx, t.rule), 'rules:write'],
      [(j, ctx, t) => j.rules.remove(ctx, t.rule, { permanent: true }), 'rules:delete'],
      [(j, ctx) => j.rules.import(ctx, { version: 1, rules: [] }), 'rules:write'],
    ];
    for (const [attempt, permission] of writing) {
      await expect(attempt(journey, nobody, theirs)).rejects.toMatchObject({
        code: 'AUTH_003',
        details: { permission },
      });
    }
  });
});

describe('GPU servers belong to the installation', () => {
  type Ask = (world: World, ctx: CallContext, id: string) => Promise<unknown>;
  const of = (world: World) => world.open[0]!.service;
  /** What each takes; with it, somebody else's server is as good as the own. */
  const METHODS: Record<string, [Ask, permission: string]> = {
    list: [(w, ctx) => of(w).list(ctx), 'servers:read'],
    get: [(w, ctx, id) => of(w).get(ctx, id), 'servers:read'],
    offers: [(w, ctx) => of(w).offers(ctx, { type: 'timed', gpu_count: 1, max_price: null }), 'servers:read'],
    quote: [(w, ctx) => of(w).quote(ctx, { type: 'timed' }), 'servers:read'],
    cost: [(w, ctx) => of(w).cost(ctx), 'servers:read'],
    logs: [(w, ctx, id) => of(w).logs(ctx, id), 'servers:read'],
    follow: [
      async (w, ctx, id) => {
        for await (const line of of(w).follow(ctx, id)) return line;
      },
      'servers:read',
    ],
    configure: [(w, ctx, id) => of(w).configure(ctx, id, { idle_timeout_seconds: 900 }), 'servers:control'],
    control: [(w, ctx, id) => of(w).control(ctx, id, { action: 'stop' }), 'servers:control'],
    create: [(w, ctx) => of(w).create(ctx, { type: 'timed' }), 'servers:deploy'],
  };
  let world: World;
  let id: string;
  beforeEach(async () => {
    world = new World();
    id = (await world.process().service.create(ann, { type: 'timed' })).server.id;
    world.cloud.lines = [{ cursor: '1', at: '2026-11-20T12:00:00Z', source: 'system', text: 'up' }];
  });
  afterEach(() => world.close());

  it('every method is in the table', () => {
    expect(Object.keys(METHODS).toSorted()).toEqual(Object.keys(of(world)).toSorted());
  });

  it.each(Object.entries(METHODS))(
    '%s takes its permission, and no more than that',
    async (_method, [ask, permission]) => {
      const without = { ...bob, principal: { ...bob.principal, permissions: [] } };
      await expect(ask(world, without, id)).rejects.toMatchObject({ code: 'AUTH_003', details: { permission } });
      const only = { ...bob, principal: { ...bob.principal, permissions: [permission as 'servers:read'] } };
      await ask(world, only, id);
    },
  );

  it('ending one and changing its program take more than starting and stopping it', async () => {
    const manager = callOf('max', 'manager');
    for (const [action, permission] of [
      ['terminate', 'servers:delete'],
      ['update', 'servers:deploy'],
    ] as const) {
      const asked = of(world).control(manager, id, { action, image: 'another' });
      await expect(asked).rejects.toMatchObject({ code: 'AUTH_003', details: { permission } });
    }
    expect(await of(world).control(manager, id, { action: 'stop' })).toMatchObject({ success: true });
  });
});
