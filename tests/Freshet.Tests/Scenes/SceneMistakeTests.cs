using Freshet.Scenes;

namespace Freshet.Tests.Scenes;

public sealed class SceneMistakeTests
{
    private const string Head = "scene: s\nbehaviours: { click: { from: click }, like: { from: like } }\nslots: { user: { source: user }, item: { source: item } }\n";

    [Fact]
    public void All_mistakes_of_a_file_are_reported_at_once()
    {
        string text = File.ReadAllText(SceneTexts.PathOf("ten-mistakes.yaml"));

        SceneException e = Assert.Throws<SceneException>(() => SceneFile.Parse(text, "ten-mistakes.yaml"));

        Assert.Equal(
            """
            Scene file 'ten-mistakes.yaml' has 10 mistakes; nothing was started.
              line 2, time_zone: "Asia/Shangai" is no time zone. Did you mean "Asia/Shanghai"?
              line 4, behaviours.click.window: "ten minutes" is no duration. Write a whole number with s, m, h or d, as in 30s, 15m, 2h, 7d.
              line 5, behaviours.watch30.when: "value => 30" is no condition. Write 'value >= 30' or 'sum(value) >= 30', with >=, >, <= or <.
              line 5, behaviours.watch30.after: "clik" is no behaviour of this scene. Did you mean "click"?
              line 7, behaviours.thanks.after: The parents form a circle: gift after thanks after gift. Remove one 'after', so that the tree begins at the impression.
              line 9, counters.item.key: "items" is no source of a value. Did you mean "item"?
              line 11, slots.user.admission.full: It is "0". Write a whole number from 1 to 2147483647.
              line 12, slots.user_video.cross: "video" is this slot or a later one. Move the cross below the slots that it combines.
              line 13, slots.video.poolin: "poolin" is no setting of "slots.video". Did you mean "pooling"?
              line 15, dense.ctr.source: "rate.itm.click.1h" names the counter "itm", which the scene does not have. Did you mean "item"?
            """,
            e.Message);
    }

    [Theory]
    [InlineData("modell: { dim: 8 }", "line 4, modell: \"modell\" is no setting of a scene. Did you mean \"model\"?")]
    [InlineData("model: { dimension: 8 }", "line 4, model.dimension: \"dimension\" is no setting of \"model\". Use one of: reference_position, name, tasks, dim, layers, residual, head, attention, experts, cross, position_bias, seed.")]
    [InlineData("model: { dim: 0 }", "line 4, model.dim: It is \"0\". Write a whole number from 1 to 256.")]
    [InlineData("model: { layers: [64, 0] }", "line 4, model.layers: A layer of \"0\" units cannot be. Write whole numbers from 1 to 4096.")]
    [InlineData("model: { layers: 64 }", "line 4, model.layers: It is \"64\". Write a list of values, as in [a, b].")]
    [InlineData("model: { seed: -1 }", "line 4, model.seed: It is \"-1\". Write a whole number from 0 to 18446744073709551615.")]
    [InlineData("model: { position_bias: yes }", "line 4, model.position_bias: \"yes\" is not known here. Use one of: true, false.")]
    [InlineData("model: { name: esm }", "line 4, model.name: \"esm\" is not known here. Did you mean \"esmm\"?")]
    [InlineData("model: { name: [esmm] }", "line 4, model.name: It is a list. Write a single value after the colon.")]
    [InlineData("history:\nlength: 5", "line 4, history: It has no value. Give it one, indent what belongs to it further than its name, or remove the line.\n" +
        "  line 5, length: \"length\" is no setting of a scene. Use one of: scene, time_zone, behaviours, regressions, signals, counters, slots, dense, history, closeness, attribution, arrival, samples, model, training, gates, limits, sync, serving.")]
    [InlineData("history: { length: 5 }", "line 4, history: It has a length and no 'behaviours'. Write 'behaviours: [click]' and 'item_slot: item' beside the length.\n" +
        "  line 4, history: It has a length and no 'item_slot'. Write 'behaviours: [click]' and 'item_slot: item' beside the length.")]
    [InlineData("history: { length: 51, behaviours: [click], item_slot: item }", "line 4, history.length: It is \"51\". Write a whole number from 0 to 50.")]
    [InlineData("history: { length: 5, behaviours: [click], item_slot: user }", "line 4, history.item_slot: \"user\" holds no item ids. Name a slot with 'source: item'; a history is a list of items.")]
    [InlineData("history: { length: 5, behaviours: [click, click], item_slot: item }", "line 4, history.behaviours: \"click\" is there twice. List each behaviour once.")]
    [InlineData("closeness: { half_life: 1w }", "line 4, closeness.half_life: \"1w\" is no duration. Write a whole number with s, m, h or d, as in 30s, 15m, 2h, 7d.")]
    [InlineData("closeness: { half_life: 30s }", "line 4, closeness.half_life: It is \"30s\". Write a duration from 1m to 365d.")]
    [InlineData("closeness: { weights: { clicks: 1 } }", "line 4, closeness.weights.clicks: \"clicks\" is no setting of \"closeness.weights\". Did you mean \"click\"?")]
    [InlineData("closeness: { weights: { click: -1 } }", "line 4, closeness.weights.click: It is \"-1\". Write a number >= 0.")]
    [InlineData("attribution: { horizon: 1h, grace: 1h }", "line 4, attribution.grace: It has no effect beside 'horizon'. Remove one of them: grace follows the end of the day, horizon the impression.")]
    [InlineData("training: { delayed_loss: fnw }", "line 4, training.delayed_loss: It corrects the rows of attribution mode 'immediate', and the mode is 'cumulative'. Write 'mode: immediate' in attribution, or remove the line.")]
    [InlineData("attribution: { mode: immediate, emit_after: 15m }\ntraining: { delayed_loss: fnc }",
        "line 5, training.delayed_loss: It takes every first row for a negative, and attribution.emit_after is 15m. Write es_dfm or importance, or 'emit_after: 0s'.")]
    [InlineData("attribution: { mode: immediate }\ntraining: { delayed_loss: es_dfm }",
        "line 5, training.delayed_loss: It learns which labels come later than attribution.emit_after, which is 0s: all do. Write fnw, or an emit_after such as 15m.")]
    [InlineData("training: { base: { at: 24:00 } }", "line 4, training.base.at: \"24:00\" is no time of day. Write \"HH:MM\", from \"00:00\" to \"23:59\".")]
    [InlineData("training: { base: { max_age: 1d } }", "line 4, training.base.max_age: It is \"1d\". Write a duration from 25h to 365d.")]
    [InlineData("model: { name: esmm-dfm-dm }", "line 4, model.name: \"esmm-dfm-dm\" is not known here. Did you mean \"esmm-dfm-dmr\"?")]
    [InlineData("model: { tasks: trees }", "line 4, model.tasks: \"trees\" is not known here. Did you mean \"tree\"?")]
    [InlineData("model: { attention: { hidden: 257 } }", "line 4, model.attention.hidden: It is \"257\". Write a whole number from 1 to 256.")]
    [InlineData("model: { attention: { activation: sigmoid } }", "line 4, model.attention.activation: \"sigmoid\" is not known here. Use one of: tanh, relu, prelu, identity.")]
    [InlineData("model: { attention: { behaviours: 1 } }", "line 4, model.attention.behaviours: \"1\" is not known here. Use one of: true, false.")]
    [InlineData("model: { attention: { negatives: 2000 } }", "line 4, model.attention.negatives: It is \"2000\". Write a whole number from 0 to 1000.")]
    [InlineData("model: { attention: { auxiliary_weight: -1 } }", "line 4, model.attention.auxiliary_weight: It is \"-1\". Write a number >= 0.")]
    [InlineData("model: { experts: { units: [] } }", "line 4, model.experts.units: There are 0. Write 1 to 16 of them, as in [128, 64].")]
    [InlineData("model: { experts: { shared: 0, own: 65 } }", "line 4, model.experts.shared: It is \"0\". Write a whole number from 1 to 64.\n" +
        "  line 4, model.experts.own: It is \"65\". Write a whole number from 0 to 64.")]
    [InlineData("model: { cross: { layer: 2 } }", "line 4, model.cross.layer: \"layer\" is no setting of \"model.cross\". Did you mean \"layers\"?")]
    [InlineData("regressions: { a: { aggregate: sum } }", "line 4, regressions.a: The regression does not say which events' value it learns. Add 'of: TYPE', the type of its events.")]
    [InlineData("regressions: { a: { of: profile } }", "line 4, regressions.a.of: \"profile\" events have no value to learn. Name another type; impression, item_status and profile have meanings of their own.")]
    [InlineData("regressions: { click: { of: watch } }", "line 4, regressions.click: \"click\" is a behaviour of this scene. Give the regression another name.")]
    [InlineData("regressions: { a: { of: watch, huber_delta: 2 } }", "line 4, regressions.a.huber_delta: It has no effect with the squared loss. Add 'loss: huber', or remove it.")]
    [InlineData("regressions: { a: { of: watch, aggregate: mean } }", "line 4, regressions.a.aggregate: \"mean\" is not known here. Use one of: sum, max, last.")]
    [InlineData("regressions: { a: { of: watch } }\nsignals: [watch]", "line 5, signals: \"watch\" events are a regression's already. Remove it from the list.")]
    [InlineData("training: { rows: { optimizer: rowwise_adagrad, alpha: 0.1 } }", "line 4, training.rows.alpha: It has no effect with the optimizer rowwise_adagrad. Add 'optimizer: group_ftrl', or remove it.")]
    [InlineData("training: { rows: { optimizer: group_ftrl, learning_rate: 0.1 } }", "line 4, training.rows.learning_rate: It has no effect with the optimizer group_ftrl. Write alpha and beta, or choose an Adagrad.")]
    [InlineData("training: { dense: { beta1: 1 } }", "line 4, training.dense.beta1: It is \"1\". Write a number >= 0 and < 1.")]
    [InlineData("training: { dense: { warmup: -1 } }", "line 4, training.dense.warmup: It is \"-1\". Write a whole number from 0 to 10000000.")]
    [InlineData("training: { negatives: { keep: 0 } }", "line 4, training.negatives.keep: It is \"0\". Write a number > 0 and <= 1.")]
    [InlineData("training: { shuffle: { window: 1.5 } }", "line 4, training.shuffle.window: It is \"1.5\". Write a whole number from 0 to 10000000.")]
    [InlineData("training: { rows: { learning_rate: NaN } }", "line 4, training.rows.learning_rate: It is \"NaN\". Write a number > 0 and <= 100.")]
    [InlineData("training: { wide: { alpha: 1e300 } }", "line 4, training.wide.alpha: It is \"1e300\". Write a number > 0 and <= 100.")]
    [InlineData("training: { dense: { epsilon: 1e-300 } }", "line 4, training.dense.epsilon: It is \"1e-300\". Write a number from 1e-20 to 1e20.")]
    [InlineData("training: { increment: { every: 30s } }", "line 4, training.increment.every: It is \"30s\". Write a duration from 1m to 1d, or 0s to learn each mini-batch as it is attributed.")]
    [InlineData("training: { increment: { every: 2d } }", "line 4, training.increment.every: It is \"2d\". Write a duration from 1m to 1d, or 0s to learn each mini-batch as it is attributed.")]
    [InlineData("training: { increment: { every: soon } }", "line 4, training.increment.every: \"soon\" is no duration. Write a whole number with s, m, h or d, as in 30s, 15m, 2h, 7d.")]
    [InlineData("limits: { users: 0 }", "line 4, limits.users: It is \"0\". Write a whole number from 1 to 1000000000.")]
    [InlineData("limits: { user_age: 5m }", "line 4, limits.user_age: It is \"5m\". Write a duration from 1h to 3650d.")]
    [InlineData("limits: { malformed: 100 }", "line 4, limits.malformed: It is \"100\". Write a whole number with kB, MB or GB, as in 500kB, 100MB, 2GB; at most 1000000GB.")]
    [InlineData("limits: { malformed: 1000001GB }", "line 4, limits.malformed: It is \"1000001GB\". Write a whole number with kB, MB or GB, as in 500kB, 100MB, 2GB; at most 1000000GB.")]
    [InlineData("sync: { every: 0s }", "line 4, sync.every: It is \"0s\". Write a duration from 1s to 1h.")]
    [InlineData("sync: { every: 2h }", "line 4, sync.every: It is \"2h\". Write a duration from 1s to 1h.")]
    [InlineData("sync: { every: 10 }", "line 4, sync.every: \"10\" is no duration. Write a whole number with s, m, h or d, as in 30s, 15m, 2h, 7d.")]
    [InlineData("serving: { exploration: 1.5 }", "line 4, serving.exploration: It is \"1.5\". Write a number from 0 to 1.")]
    [InlineData("signals: [click]", "line 4, signals: \"click\" events are a behaviour already. Remove it from the list.")]
    [InlineData("signals: [profile]", "line 4, signals: \"profile\" events are understood anyway. Remove it from the list.")]
    [InlineData("dense: { a b: { source: closeness } }", "line 4, dense.a b: \"a b\" is no name. Use 1 to 64 letters, digits, '-' and '_', beginning with a letter or a digit.")]
    [InlineData("dense: { a: closeness }", "line 4, dense.a: It is \"closeness\". Write its settings indented below, or in braces, as in { a: 1, b: 2 }.")]
    [InlineData("dense: { a: {} }", "line 4, dense.a: It does not say where its number comes from. Add 'source', as in 'source: rate.item.click.1h'.")]
    [InlineData("dense: { a: { source: closeness, mean: 1 } }", "line 4, dense.a.mean: It has no effect without standard scaling. Add 'scaling: standard', or remove it.")]
    [InlineData("dense: { a: { source: rate.item.click } }", "line 4, dense.a.source: \"rate.item.click\" has 3 parts. Write rate.COUNTER.BEHAVIOUR.WINDOW, as in rate.item.click.1h.")]
    [InlineData("counters: { i: { key: [item] } }\ndense: { a: { source: rate.i.impression.2h } }", "line 5, dense.a.source: \"rate.i.impression.2h\" names the behaviour \"impression\", which the scene does not have. Use one of: click, like.\n" +
        "  line 5, dense.a.source: \"rate.i.impression.2h\" names the window \"2h\". Use one of: 5m, 1h, 24h.")]
    [InlineData("dense: { a: { source: signal.song.id } }", "line 4, dense.a.source: \"signal.song.id\" is no source of a number. \"song\" is not among the scene's signals: add it there, or use one of them. There are none yet.")]
    [InlineData("counters: { i: { key: [] } }", "line 4, counters.i.key: It has 0 values. List 1 to 4 values to count by, as in [user, item.category].")]
    [InlineData("sync: { keep: 8 }\nsync: { keep: 9 }", "line 5: \"sync\" is there twice; it stands first in line 4. Remove one or rename it.")]
    [InlineData("---\nscene: t", "line 4: A second document starts here. Keep one scene a file; remove '---' and what follows.")]
    public void A_mistake_names_its_line_its_setting_the_value_and_the_remedy(string lines, string expected) =>
        Assert.Equal(expected, Mistakes(Head + lines));

    [Theory]
    [InlineData("{ from: impression }", "line 2, behaviours.a.from: \"impression\" events are no behaviour. Name another type; impression, item_status and profile have meanings of their own.")]
    [InlineData("{ window: 1h }", "line 2, behaviours.a: The behaviour does not say which events it comes from. Add 'from: TYPE', the type of its events.")]
    [InlineData("{ from: a, when: sum(value) < 3 }", "line 2, behaviours.a.when: \"sum(value) < 3\" would be true before it is known. Compare a sum with >= or >.")]
    [InlineData("{ from: a, when: count >= 3 }", "line 2, behaviours.a.when: \"count >= 3\" is no condition. Write 'value >= 30' or 'sum(value) >= 30', with >=, >, <= or <.")]
    [InlineData("{ from: a, after: a }", "line 2, behaviours.a.after: The parents form a circle: a after a. Remove one 'after', so that the tree begins at the impression.")]
    [InlineData("{ from: a, loss_weight: -1 }", "line 2, behaviours.a.loss_weight: It is \"-1\". Write a number >= 0.")]
    public void A_mistaken_behaviour_is_explained(string behaviour, string expected) =>
        Assert.Equal(expected, Mistakes($"scene: s\nbehaviours: {{ a: {behaviour} }}\nslots: {{ user: {{ source: user }} }}"));

    [Theory]
    [InlineData("{ }", "line 3, slots.b: It has no origin. Give it exactly one of source, cross and bucket.")]
    [InlineData("{ source: user, cross: [u, i] }", "line 3, slots.b: It has source and cross. Give it exactly one of source, cross and bucket.")]
    [InlineData("{ source: hour }", "line 3, slots.b.source: \"hour\" is no source of a value. Use one of: user, item, surface, time.hour, time.weekday, impression.FIELD, user.FIELD, item.FIELD, signal.TYPE.FIELD.")]
    [InlineData("{ source: surfaces }", "line 3, slots.b.source: \"surfaces\" is no source of a value. Did you mean \"surface\"?")]
    [InlineData("{ cross: [u] }", "line 3, slots.b.cross: It has 1 slots. List 2 or 3.")]
    [InlineData("{ cross: [u, u] }", "line 3, slots.b.cross: \"u\" is there twice. List each slot once.")]
    [InlineData("{ cross: [u, b] }", "line 3, slots.b.cross: \"b\" is this slot or a later one. Move the cross below the slots that it combines.")]
    [InlineData("{ cross: [u, x] }", "line 3, slots.b.cross: \"x\" is no slot. Did you mean \"u\"?")]
    [InlineData("{ bucket: closeness }", "line 3, slots.b.boundaries: The bucket has no boundary. Write at least one, as in [0.1, 0.2, 0.4].")]
    [InlineData("{ bucket: closeness, boundaries: [2, 2] }", "line 3, slots.b.boundaries: \"2\" does not rise above the boundary before it. Write each once, the smallest first.")]
    [InlineData("{ source: user, boundaries: [2] }", "line 3, slots.b.boundaries: Only a bucket has boundaries. Remove them, or write 'bucket' in place of the slot's origin.")]
    [InlineData("{ source: user, split: ab }", "line 3, slots.b.split: It is \"ab\". Write one ASCII character in quotes, as in \",\".")]
    [InlineData("{ cross: [u, i], split: \",\" }", "line 3, slots.b.split: Only the text of a source can be split. Remove it, or give the slot a source.")]
    [InlineData("{ source: user, freeze: rows, admission: { incremental: 2 } }", "line 3, slots.b.admission.incremental: The slot's rows are frozen: increments learn none of them. Remove it, or remove 'freeze'.")]
    [InlineData("{ source: user, freeze: rows, admission: { carry: false } }", "line 3, slots.b.admission.carry: The slot's rows are frozen: increments learn none of them. Remove it, or remove 'freeze'.")]
    [InlineData("{ source: user, admission: { rule: none, carry: true } }", "line 3, slots.b.admission.carry: With the rule none the first sighting admits an id. Remove it, or write 'rule: hard'.")]
    [InlineData("{ source: user, admission: { full: 2 } }, c: { source: user, table: b, admission: { full: 2, carry: false } }", "line 3, slots.c.admission.carry: The slot \"b\" of the same table has another. Write the same 'carry' in both, or give one of them a table of its own.")]
    [InlineData("{ source: user, freeze: row }", "line 3, slots.b.freeze: \"row\" is not known here. Did you mean \"rows\"?")]
    [InlineData("{ source: user, admission: { rule: none, full: 2 } }", "line 3, slots.b.admission.full: With the rule none the first sighting admits an id. Remove it, or write 'rule: hard'.")]
    [InlineData("{ source: user, admission: { rule: none, count: batch } }", "line 3, slots.b.admission.count: With the rule none the first sighting admits an id. Remove it, or write 'rule: hard'.")]
    [InlineData("{ source: user, admission: { rule: poisson, count: batch } }", "line 3, slots.b.admission.count: Poisson admission guesses what batch counts. Remove it, or write 'rule: hard'.")]
    [InlineData("{ source: user, admission: { full: 2 } }, c: { source: user, table: b, admission: { full: 2, count: batch } }", "line 3, slots.c.admission.count: The slot \"b\" of the same table counts otherwise. Write the same 'count' in both, or give one of them a table of its own.")]
    [InlineData("{ source: user, eviction: { ttl: 36h } }", "line 3, slots.b.eviction.ttl: Rows know the day they were last seen on, not the hour. Write whole days, as in 14d.")]
    [InlineData("{ source: user, eviction: { decay: 0.1 } }", "line 3, slots.b.eviction.decay: It makes the score by which rows over max_rows go, and there is no max_rows. Add max_rows, or remove it.")]
    [InlineData("{ source: user, eviction: { max_rows: 0 } }", "line 3, slots.b.eviction.max_rows: It is \"0\". Write a whole number from 1 to 2147483647.")]
    [InlineData("{ source: user, table: u, eviction: { ttl: 7d } }", "line 3, slots.b.eviction: The slot \"u\" of the same table has another. Write the same eviction in both, or leave it out of the later one.")]
    [InlineData("{ source: user, admission: { rule: bloom } }", "line 3, slots.b.admission.rule: \"bloom\" is not known here. Use one of: hard, poisson, none.")]
    [InlineData("{ source: user, dynamic_l1: { c: 2 } }", "line 3, slots.b.dynamic_l1: It does not say how often an id is to occur. Add 'n', as in { n: 10, c: 1 }.", "training: { rows: { optimizer: group_ftrl, l1: 1 } }")]
    [InlineData("{ source: user, dynamic_l1: { n: 0 } }", "line 3, slots.b.dynamic_l1.n: It is \"0\". Write a whole number from 1 to 2147483647.", "training: { rows: { optimizer: group_ftrl, l1: 1 } }")]
    [InlineData("{ source: user, dynamic_l1: { n: 1, c: 1e9 } }", "line 3, slots.b.dynamic_l1.c: It is \"1e9\". Write a number > 0 and <= 1000000.", "training: { rows: { optimizer: group_ftrl, group_l1: 1 } }")]
    [InlineData("{ source: user, dynamic_l1: { n: 1 } }", "line 3, slots.b.dynamic_l1: It multiplies L1 penalties, and all of them are 0. Give training wide.l1, or rows.l1 or rows.group_l1 of group_ftrl, or remove it.", "model: { name: lr }")]
    [InlineData("{ source: user, dynamic_l1: { n: 1 } }", "line 3, slots.b.dynamic_l1: The embedding rows learn without an L1 penalty that it could multiply. Write 'rows: { optimizer: group_ftrl }' in training, use the model lr, or remove it.", "training: { wide: { l1: 1 } }")]
    [InlineData("{ source: user, table: u, dynamic_l1: { n: 1 } }", "line 3, slots.b.dynamic_l1: Slots that share the table \"u\" differ in it. Give all of them the same dynamic_l1, or none.", "training: { rows: { optimizer: group_ftrl, l1: 1 } }")]
    [InlineData("{ source: user, admission: { full: -5, incremental: 0 } }", "line 3, slots.b.admission.full: It is \"-5\". Write a whole number from 1 to 2147483647.\n" +
        "  line 3, slots.b.admission.incremental: It is \"0\". Write a whole number from 1 to 2147483647.")]
    [InlineData("{ source: user, admission: { full: 0 } }", "line 3, slots.b.admission.full: It is \"0\". Write a whole number from 1 to 2147483647.")]
    [InlineData("{ source: user, admission: { full: 2, sketch: { error: 0.1 } } }", "line 3, slots.b.admission.sketch: It does not say how many ids it is for. Add 'ids', as in { ids: 100000000, error: 0.01 }.")]
    [InlineData("{ source: user, admission: { full: 2, sketch: { ids: 0 } } }", "line 3, slots.b.admission.sketch.ids: It is \"0\". Write a whole number from 1 to 2147483647.")]
    [InlineData("{ source: user, admission: { full: 2, sketch: { ids: 9, error: 0 } } }", "line 3, slots.b.admission.sketch.error: It is \"0\". Write a number from 0.0001 to 0.5.")]
    [InlineData("{ source: user, admission: { rule: none, sketch: { ids: 9 } } }", "line 3, slots.b.admission.sketch: The slot counts nothing: the first sighting admits an id. Remove it, or give 'full' or 'incremental' more than 1.")]
    [InlineData("{ source: user, admission: { full: 65537, sketch: { ids: 9 } } }", "line 3, slots.b.admission.sketch: It counts to 65535, and the slot waits for 65537 sightings. Use thresholds up to 65536, or remove it: exact counts have no such limit.")]
    [InlineData("{ source: user, table: c, admission: { full: 2, sketch: { ids: 9 } } }, d: { source: user, table: c, admission: { full: 3 } }", "line 3, slots.d.admission.sketch: Slots that share the table \"c\" differ in it. Give all of them that count the same sketch, or none.")]
    public void A_mistaken_slot_is_explained(string slot, string expected, string more = "") =>
        Assert.Equal(expected, Mistakes($"scene: s\nbehaviours: {{ a: {{ from: a }} }}\nslots: {{ u: {{ source: user }}, i: {{ source: item }}, b: {slot} }}\n{more}"));

    [Theory]
    [InlineData("", "line 1: The file is empty. Write an example to start from with 'freshet init DIR'.")]
    [InlineData("# nothing\n", "line 1: The file is empty. Write an example to start from with 'freshet init DIR'.")]
    [InlineData("hello", "line 1: The file holds \"hello\". It must hold settings, as in 'scene: NAME'.")]
    [InlineData("a: b: c", "line 1: This is no YAML: while scanning a plain scalar value, found invalid mapping. Check indentation, colons, quotes and brackets here and just above.")]
    [InlineData("a: *b", "line 1: This is no YAML: alias '*b' has no anchor above it. Check indentation, colons, quotes and brackets here and just above.")]
    [InlineData("a:\n  b: 1\n c: 2", "line 3: This is no YAML: while parsing a block mapping, did not find expected key. Check indentation, colons, quotes and brackets here and just above.")]
    [InlineData("a: [1, 2", "line 2: This is no YAML: while parsing a flow sequence, did not find expected ',' or ']'. Check indentation, colons, quotes and brackets here and just above.")]
    public void A_file_that_is_no_scene_at_all_is_explained(string text, string expected) => Assert.Equal(expected, Mistakes(text));

    [Fact]
    public void Brackets_without_end_do_not_exhaust_the_stack()
    {
        string mistakes = Mistakes("a: " + new string('[', 5000));

        Assert.Contains("the nesting is deeper than 32 levels", mistakes, StringComparison.Ordinal);
    }

    [Fact]
    public void More_regressions_than_there_is_room_for_are_counted()
    {
        string many = string.Join(", ", Enumerable.Range(0, 17).Select(i => $"r{i}: {{ of: watch }}"));

        Assert.Equal("line 4, regressions: There are 17. List at most 16.", Mistakes(Head + $"regressions: {{ {many} }}"));
    }

    [Fact]
    public void A_scene_without_name_behaviours_and_slots_lacks_three_things()
    {
        SceneException e = Assert.Throws<SceneException>(() => SceneFile.Parse("sync: { keep: 2 }", "s"));

        Assert.Equal(["scene", "behaviours", "slots"], e.Mistakes.Select(mistake => mistake.Path));
    }

    private static string Mistakes(string text)
    {
        SceneException e = Assert.Throws<SceneException>(() => SceneFile.Parse(text, "s"));
        return string.Join('\n', e.Message.Split('\n').Skip(1))[2..];
    }
}
