// The way of a case: a silence is too long, one of two takes it on, rings, has somebody go there, finds help, follows
// up, closes and looks back. And what is typed is not lost: without a network, after a reload, or when a colleague was
// faster. On a server of its own: the clock is everybody's.
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';
import { doors, say } from '../support/doors';
import { id } from '../support/ids';
import { tabTo } from '../support/keys';
import { tooWide } from '../support/looks';
import { call, list, look, open, settled } from '../support/pages';
import { advance, aheadOf, follow, wall, MINUTE } from '../support/volunteering';

test.use({ own: 'care/case' });
test.describe.configure({ mode: 'serial' });

/** The page asks again within ten seconds. */
const POLL = { timeout: 25_000 };

interface Row {
  id: string;
  person: string;
  stage: string;
  closed_at: string | null;
}

const at = (of: string) => `/desk/care/cases/${of}`;
const stage = (page: Page) => page.getByTestId('case-stage');

/** The open case about somebody; empty where there is none. */
async function caseOf(page: Page, person: string): Promise<string> {
  const rows = await list<Row>(page, `/v1/cases?person=${person}`);
  return rows.find((row) => !row.closed_at)?.id ?? '';
}

const followed = new WeakSet<Page>();

/** Opens a page whose clock goes with the server's. */
async function show(page: Page, path: string): Promise<void> {
  if (!followed.has(page)) await follow(page, await aheadOf(page.request));
  followed.add(page);
  await open(page, path);
}

/** A case of somebody whom nobody watches over, written down at the desk. */
async function referred(page: Page, phone: string, said: string): Promise<string> {
  const { body } = await call<{ items: { id: string }[] }>(page, 'GET', `/v1/people?q=${phone.slice(-4)}`);
  const made = await call<{ id: string }>(page, 'POST', '/v1/cases', { id: id('cas'), person: body.items[0].id, said });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body.id;
}

/** What whoever goes there does, as their own page does it. */
async function step(page: Page, of: string, task: string, what: string, body: object): Promise<void> {
  const done = await call(page, 'POST', `/v1/cases/${of}/tasks/${task}/${what}`, { id: id('cmd'), ...body });
  expect(done.status, JSON.stringify(done.body)).toBe(200);
}

/** A picture of noise, which nothing but fewer pixels makes small. */
async function noise(page: Page, side: number): Promise<Buffer> {
  const png = await page.evaluate((side) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [side, side];
    const pen = canvas.getContext('2d');
    if (!pen) throw new Error('no canvas');
    const dots = pen.createImageData(side, side);
    let seed = 1;
    for (let i = 0; i < dots.data.length; i += 1) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      dots.data[i] = i % 4 === 3 ? 255 : seed >>> 24;
    }
    pen.putImageData(dots, 0, 0);
    return canvas.toDataURL('image/png').split(',')[1];
  }, side);
  return Buffer.from(png, 'base64');
}

/** Picks somebody to be asked to go there. */
async function pick(page: Page, role: string, name: string): Promise<void> {
  const form = page.getByTestId('visit-form');
  await form.getByTestId(`people-role-${role}`).click();
  await form.getByTestId('search').fill(name);
  await form.getByTestId('search-go').click();
  await form.getByTestId('goer-pick').filter({ hasText: name }).first().click();
  await expect(form.getByTestId('goer-chosen')).toContainText(name);
}

test('from a silence that is too long to what it taught, with two at the desk and two who are asked to go there', async ({ as, request }) => {
  test.slow();
  test.setTimeout(240_000);
  const all = await doors(request);
  const east = all.find((door) => door.sense === 'both_ways');
  if (!east) throw new Error('no door identifies both ways');
  const elsewhere = (person: string) => all.some((door) => door.id !== east.id && door.cards.some((card) => card.person === person));
  const who = east.cards.find((card) => !elsewhere(card.person));
  if (!who) throw new Error('nobody has this door alone');
  await say(request, east, 'entry', who.card);
  await advance(request, 'P1D');
  await say(request, east, 'heartbeat');
  await advance(request, 'PT23H45M');
  await say(request, east, 'heartbeat');
  await advance(request, 'PT20M');

  // The alert stands on the duty screen, and a case is open for it.
  const desks = [await as('socialWorker'), await as('station')];
  const alert = (desk: Page) => desk.locator(`[data-testid="alert"][data-person="${who.person}"]`);
  await show(desks[0], '/desk/watch');
  await expect(alert(desks[0])).toBeVisible(POLL);
  await expect.poll(() => caseOf(desks[0], who.person), POLL).not.toBe('');
  const one = await caseOf(desks[0], who.person);

  // Two claim it at once: one has it, the other is told who.
  for (const desk of desks) {
    await show(desk, at(one));
    await expect(desk.getByTestId('case-person')).toHaveText(who.name);
    await expect(desk.getByTestId('case-alert').first()).toHaveAttribute('data-over', 'false');
    await expect(desk.getByTestId('call-120')).toHaveAttribute('href', 'tel:120');
    await expect(desk.getByTestId('call-110')).toHaveAttribute('href', 'tel:110');
    await expect(desk.getByTestId('address')).not.toBeEmpty();
  }
  await Promise.all(desks.map((desk) => desk.getByTestId('take').click()));
  const name = async (desk: Page) => (await call<{ name: string }>(desk, 'GET', '/v1/me')).body.name;
  const [first, second] = [await name(desks[0]), await name(desks[1])];
  await expect.poll(async () => {
    const said = await Promise.all(desks.map((desk) => desk.getByTestId('owner').innerText()));
    return said.every((words) => words.includes(first)) || said.every((words) => words.includes(second));
  }, POLL).toBe(true);
  const [holder, other] = (await desks[0].getByTestId('take').count()) > 0 ? desks : [desks[1], desks[0]];
  await expect(other.getByTestId('take')).toHaveCount(0);
  await expect(holder.getByTestId('lost-to')).toHaveCount(0);
  await expect(other.getByTestId('lost-to')).toContainText(await name(holder));
  await expect(stage(holder)).toHaveAttribute('data-stage', 'call');
  // It went from the station to a part of the team.
  await expect(holder.getByTestId('between').first()).toHaveAttribute('data-what', 'taken');
  await expect(holder.getByTestId('between').first()).toContainText('工作站 → ');

  // The call, with the keyboard alone.
  await tabTo(holder, holder.getByTestId('outcome-well').locator('input'), 200);
  await holder.keyboard.press('ArrowRight');
  await holder.keyboard.press('ArrowRight');
  await expect(holder.getByTestId('outcome-not_reached').locator('input')).toBeChecked();
  await tabTo(holder, holder.getByTestId('call-note'));
  await holder.keyboard.type('响了很久没人接');
  await tabTo(holder, holder.getByTestId('call-go'));
  await holder.keyboard.press('Enter');
  await expect(holder.getByTestId('call-line')).toHaveAttribute('data-outcome', 'not_reached');
  await expect(holder.getByTestId('call-form-open')).toBeFocused();
  // The other device sees it by itself.
  await expect(other.getByTestId('call-line')).toContainText('响了很久没人接', POLL);
  await expect(stage(other)).toHaveAttribute('data-stage', 'visit');

  // What is typed about a visit outlives a reload.
  await holder.getByTestId('asks').fill('请敲门，看看有没有人在家');
  await holder.getByTestId('grade-urgent').click();
  await pick(holder, 'grid_worker', '小吴');
  await holder.reload();
  await settled(holder);
  await expect(holder.getByTestId('asks')).toHaveValue('请敲门，看看有没有人在家');
  await expect(holder.getByTestId('grade-urgent').locator('input')).toBeChecked();
  await expect(holder.getByTestId('goer-chosen')).toContainText('小吴');
  await pick(holder, 'volunteer', '小李');
  await holder.getByTestId('visit-go').click();
  const visit = holder.getByTestId('visit');
  await expect(visit).toHaveCount(1);
  await expect(visit.getByTestId('visit-now')).toContainText('小吴');

  // The first cannot, the second goes there and finds that help is needed.
  const task = String(await visit.getAttribute('data-id'));
  const [goer, next] = [await as('gridWorker', { fresh: true }), await as('volunteer', { fresh: true })];
  await step(goer, one, task, 'answer', { accept: false, reason: '在外地开会' });
  await expect(visit.locator('[data-testid="turn"][data-what="declined"]')).toContainText('在外地开会', POLL);
  await expect(visit.getByTestId('visit-now')).toContainText('小李');
  await step(next, one, task, 'answer', { accept: true });
  await step(next, one, task, 'arrive', {});
  await expect(visit.getByTestId('visit-arrived')).toBeVisible(POLL);
  await step(next, one, task, 'assessment', { found: 'needs_help', facts: '在家，说锁坏了出不去' });
  await expect(visit.getByTestId('visit-found')).toHaveAttribute('data-found', 'needs_help', POLL);
  await expect(visit.getByTestId('visit-facts')).toHaveText('在家，说锁坏了出不去');

  // A service is booked for them.
  await expect(stage(holder)).toHaveAttribute('data-stage', 'link');
  const link = holder.getByTestId('link-form');
  await link.getByTestId('offer').filter({ hasText: '开门锁' }).click();
  await link.getByTestId('slots-later').click();
  const chosen = link.locator('[data-testid="slot"]:has(input:checked)');
  let start = '';
  await expect(async () => {
    await link.getByTestId('slot').first().click();
    start = String(await chosen.getAttribute('data-start', { timeout: 1_000 }));
  }).toPass();
  // What was chosen outlives a reload.
  await holder.reload();
  await settled(holder);
  await expect(link.getByTestId('picked-service')).toContainText('开门锁');
  await expect(chosen).toHaveAttribute('data-start', start);
  await link.getByTestId('link-go').click();
  const helps = holder.getByTestId('link-line');
  await expect(helps).toHaveAttribute('data-kind', 'service');
  await expect(helps.getByTestId('link-booking')).toBeVisible();

  // A follow-up, without which it cannot be closed.
  await holder.getByTestId('follow-up-form-open').click();
  const later = holder.getByTestId('follow-up-form');
  await later.getByTestId('later-go').click();
  await expect(later.locator('.field-error:visible')).toHaveCount(1);
  await later.getByTestId('later-what').fill('问问锁修好没有');
  await later.getByTestId('in-1').click();
  await later.getByTestId('later-go').click();
  const planned = holder.getByTestId('follow-up');
  await expect(planned).toHaveAttribute('data-open', 'true');
  await expect(stage(holder)).toHaveAttribute('data-stage', 'follow_up');
  const end = holder.getByTestId('close-form');
  await end.getByTestId('reason-true_alarm').click();
  await end.getByTestId('close-case').click();
  await expect(end.locator('[data-testid="problem"][data-code="task_unsettled"]')).toBeVisible();
  await planned.getByTestId('came-text').fill('锁修好了');
  await planned.getByTestId('follow-up-end').click();
  await expect(planned).toHaveAttribute('data-open', 'false');
  await expect(planned.getByTestId('came')).toHaveText('锁修好了');

  // Closed: its alert too, on both devices.
  await end.getByTestId('comment').fill('锁坏了，已经修好');
  await end.getByTestId('close-case').click();
  await expect(holder.getByTestId('closing')).toHaveAttribute('data-reason', 'true_alarm');
  await expect(holder.getByTestId('left')).toBeVisible();
  await expect(holder.getByTestId('case-alert').first()).toHaveAttribute('data-over', 'true');
  await expect(other.getByTestId('closing')).toBeVisible(POLL);

  // What it taught.
  await expect(stage(holder)).toHaveAttribute('data-stage', 'reflect');
  const back = holder.getByTestId('reflect-form');
  await back.getByTestId('reflect-go').click();
  await expect(back.locator('.field-error:visible')).toHaveCount(1);
  await back.getByTestId('lesson-text').fill('先问锁和门有没有坏');
  await back.getByTestId('reflect-go').click();
  await expect(holder.getByTestId('lesson')).toContainText('先问锁和门有没有坏');
  await expect(stage(holder)).toHaveAttribute('data-stage', 'done');
  await show(desks[0], '/desk/watch');
  await expect(alert(desks[0])).toHaveCount(0);
});

test('nobody is left unwatched: the refusal stands where somebody says when the person was seen; it was not over, and is opened again', async ({ as, size }) => {
  const desk = await as('socialWorker');
  const phone = size === 'phone' ? '13800000010' : '13800000011';
  const one = await referred(desk, phone, '邻居说好几天没看到');
  await show(desk, at(one));
  await expect(desk.getByTestId('case-said')).toHaveText('邻居说好几天没看到');
  await desk.getByTestId('take').click();
  await expect(stage(desk)).toHaveAttribute('data-stage', 'call');
  await desk.getByTestId('close-form-open').click();
  const end = desk.getByTestId('close-form');
  await end.getByTestId('close-case').click();
  await expect(end.getByTestId('problem')).toHaveAttribute('data-code', 'missing_field');
  await end.getByTestId('reason-other').click();
  await end.getByTestId('close-case').click();
  await expect(end.getByTestId('problem')).toHaveAttribute('data-code', 'left_unwatched');
  await expect(end.getByTestId('seen-day')).toHaveAttribute('aria-invalid', 'true');
  await expect(end.getByTestId('reason-other').locator('input')).toBeChecked();
  const [day, time] = wall(Date.now() + (await aheadOf(desk.request)) - 10 * MINUTE);
  await end.getByTestId('seen-day').fill(day);
  await end.getByTestId('seen-time').fill(time);
  await end.getByTestId('close-case').click();
  await expect(desk.getByTestId('closing')).toHaveAttribute('data-reason', 'other');

  await desk.getByTestId('reopen-form-open').click();
  const again = desk.getByTestId('reopen-form');
  await again.getByTestId('reopen-said').fill('又有两天没看到');
  await again.getByTestId('reopen-go').click();
  await expect(desk.getByTestId('case-closing')).toBeVisible();
  await expect(desk.getByTestId('case-said')).toContainText('又有两天没看到');
});

test('a note that is written without a network is kept, and handed in once there is one; a draft outlives a reload', async ({ as, size }) => {
  test.slow();
  const desk = await as('socialWorker');
  const phone = size === 'phone' ? '13800000008' : '13800000009';
  const one = await referred(desk, phone, '想有人说说话');
  await show(desk, at(one));
  const write = desk.getByTestId('note-write');
  await write.getByTestId('note-go').click();
  await expect(write.getByTestId('facts')).toHaveAttribute('aria-invalid', 'true');
  await write.getByTestId('phrase-tired').click();
  await write.getByTestId('facts').fill('坐在门口，说晚上睡不好');
  await write.getByTestId('inference').fill('可能一个人怕黑');
  await desk.reload();
  await settled(desk);
  await expect(write.getByTestId('facts')).toHaveValue('坐在门口，说晚上睡不好');
  await expect(write.getByTestId('phrase-tired').locator('input')).toBeChecked();

  await desk.context().setOffline(true);
  await write.getByTestId('note-go').click();
  await expect(desk.getByTestId('kept-notes')).toHaveAttribute('data-count', '1');
  await expect(write.getByTestId('facts')).toHaveValue('');
  await expect(desk.getByTestId('note-of')).toHaveCount(0);
  // It is handed in from the first page of the care desk too.
  await desk.getByTestId('back').click();
  await expect(desk.getByTestId('case-page')).toHaveCount(0);
  await expect(desk.getByTestId('kept-notes')).toHaveAttribute('data-count', '1');
  await desk.context().setOffline(false);
  await expect(desk.getByTestId('kept-notes')).toHaveCount(0, POLL);
  await show(desk, at(one));
  const note = desk.getByTestId('note-of');
  await expect(note).toHaveCount(1, POLL);
  await expect(note.getByTestId('note-facts')).toHaveText('坐在门口，说晚上睡不好');

  // Other words, of whoever wrote it.
  await note.getByTestId('note-rewrite-open').click();
  await note.getByTestId('facts').fill('坐在门口，说夜里醒三次');
  await note.getByTestId('rewrite-go').click();
  await expect(note.getByTestId('note-facts')).toHaveText('坐在门口，说夜里醒三次');
});

/** What of these words waits on the device for a network. */
const waiting = (page: Page, words: string) =>
  page.evaluate(
    (words) =>
      new Promise<boolean>((done) => {
        const asked = indexedDB.open('linli', 1);
        asked.onsuccess = () => {
          const all = asked.result.transaction('kept').objectStore('kept').getAll();
          all.onsuccess = () => {
            asked.result.close();
            done(all.result.join().includes(words));
          };
        };
      }),
    words,
  );

/** As if everything that waits had waited for so many hours more. */
const older = (page: Page, hours: number) =>
  page.evaluate(
    (hours) =>
      new Promise<void>((done) => {
        const asked = indexedDB.open('linli', 1);
        asked.onsuccess = () => {
          const change = asked.result.transaction('kept', 'readwrite');
          const cursor = change.objectStore('kept').openCursor();
          cursor.onsuccess = () => {
            const at = cursor.result;
            if (!at) return;
            if (String(at.key).startsWith('linli.notes.')) {
              const notes = JSON.parse(String(at.value)) as { kept_at: number }[];
              at.update(JSON.stringify(notes.map((note) => ({ ...note, kept_at: note.kept_at - hours * 3_600_000 }))));
            }
            at.continue();
          };
          change.oncomplete = () => {
            asked.result.close();
            done();
          };
        };
      }),
    hours,
  );

test('what is typed about somebody outlives a reload and goes with a sign-out, and so does a note that waits, which goes after three days in any case', async ({ as, size }) => {
  test.slow();
  const desk = await as('socialWorker', { fresh: true });
  const phone = size === 'phone' ? '13800000008' : '13800000009';
  const one = await referred(desk, phone, '想有人陪着去医院');
  await show(desk, at(one));
  const facts = desk.getByTestId('note-write').getByTestId('facts');
  await facts.fill('说胸口闷了两天');
  const kept = () => desk.evaluate(() => Object.values(localStorage).join().includes('说胸口闷了两天'));
  await expect.poll(kept).toBe(true);
  await desk.reload();
  await settled(desk);
  await expect(facts).toHaveValue('说胸口闷了两天');

  // Notes do not get through: one waits, and waits no longer than three days. Its writer is told, also after a reload.
  await desk.route('**/v1/cases/*/notes', (route) => route.abort());
  const note = async (words: string) => {
    await facts.fill(words);
    await desk.getByTestId('note-write').getByTestId('note-go').click();
    await expect(desk.getByTestId('kept-notes')).toHaveAttribute('data-count', '1');
    await expect.poll(() => waiting(desk, words)).toBe(true);
  };
  await note('说夜里咳得睡不着');
  await older(desk, 71);
  await desk.reload();
  await settled(desk);
  await expect(desk.getByTestId('kept-notes')).toHaveAttribute('data-count', '1');
  await expect(desk.getByTestId('notes-gone')).toHaveCount(0);
  await older(desk, 1);
  for (const _ of ['at once', 'and again']) {
    await desk.reload();
    await settled(desk);
    await expect(desk.getByTestId('notes-gone')).toBeVisible(POLL);
    await expect(desk.getByTestId('kept-notes')).toHaveCount(0);
    expect(await waiting(desk, '说夜里咳得睡不着')).toBe(false);
  }
  await desk.getByTestId('notes-gone-told').click();
  await expect(desk.getByTestId('notes-gone')).toHaveCount(0);

  // Whoever signs out is asked first, as it goes with that.
  await note('说想要个拐杖');
  await facts.fill('说胸口闷了两天');
  await open(desk, '/desk/me');
  await desk.getByTestId('sign-out').click();
  await desk.getByTestId('ask-no').click();
  await expect(desk.getByTestId('ask-yes')).toHaveCount(0);
  expect(await waiting(desk, '说想要个拐杖')).toBe(true);
  await desk.getByTestId('sign-out').click();
  await desk.getByTestId('ask-yes').click();
  await expect(desk).toHaveURL(/sign-in/);
  await expect.poll(kept).toBe(false);
  await expect.poll(() => waiting(desk, '说想要个拐杖')).toBe(false);
});

test('a picture and a document are added and opened; what is too large is made smaller, or refused in words', async ({ as, size }) => {
  test.slow();
  const desk = await as('socialWorker');
  const phone = size === 'phone' ? '13800000008' : '13800000009';
  const one = await referred(desk, phone, '门口的灯坏了');
  await show(desk, at(one));
  await desk.getByTestId('attach-form-open').click();
  const form = desk.getByTestId('attach-form');
  const refused = (code: string) => form.locator(`[data-testid="problem"][data-code="${code}"]`);
  await form.getByTestId('attach-go').click();
  await expect(refused('missing_field')).toBeVisible();
  const pick = (name: string, mimeType: string, buffer: Buffer) => form.getByTestId('attach-file').setInputFiles({ name, mimeType, buffer });
  await pick('门口.txt', 'text/plain', Buffer.from('灯坏了'));
  await expect(refused('bad_file')).toBeVisible();
  await pick('合同.pdf', 'application/pdf', Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(300 * 1024, 32)]));
  await expect(refused('body_too_large')).toContainText('256');
  await expect(form.getByTestId('attach-chosen')).toHaveCount(0);
  // It calls itself a picture, and is none.
  await pick('坏的.jpg', 'image/jpeg', Buffer.from('no picture'));
  await expect(form.getByTestId('attach-chosen')).toBeVisible();
  await form.getByTestId('attach-go').click();
  await expect(refused('bad_file')).toBeVisible();

  // A large picture is drawn smaller; without a network it is tried again with what was chosen.
  const large = await noise(desk, 900);
  expect(large.length).toBeGreaterThan(256 * 1024);
  await form.getByTestId('attach-camera').setInputFiles({ name: '灯.png', mimeType: 'image/png', buffer: large });
  await expect(form.getByTestId('attach-chosen')).toContainText('灯.png');
  await form.getByTestId('attach-about').fill('门口坏了的灯');
  await desk.context().setOffline(true);
  await form.getByTestId('attach-go').click();
  await expect(form.getByTestId('problem')).toBeVisible();
  await desk.context().setOffline(false);
  await form.getByTestId('attach-go').click();
  await expect(form).toHaveCount(0);
  await expect(desk.getByTestId('attach-form-open')).toBeFocused();
  const picture = desk.locator('[data-testid="case-file"][data-form="jpeg"]');
  await expect(picture).toHaveCount(1);
  await expect(picture.getByTestId('file-about')).toHaveText('门口坏了的灯');
  const { files } = (await call<{ files: { bytes: number }[] }>(desk, 'GET', `/v1/cases/${one}`)).body;
  expect(files.map((file) => file.bytes <= 256 * 1024)).toEqual([true]);
  // A look is written down: it is fetched once somebody asks for it.
  await expect(picture.getByTestId('file-picture')).toHaveCount(0);
  await picture.getByTestId('file-show').click();
  const width = () => picture.getByTestId('file-picture').evaluate((shown) => (shown as HTMLImageElement).naturalWidth);
  await expect.poll(width).toBeGreaterThan(0);

  await desk.getByTestId('attach-form-open').click();
  await pick('说明.pdf', 'application/pdf', Buffer.from('%PDF-1.7\n%%EOF'));
  await expect(form.getByTestId('attach-chosen')).toContainText('说明.pdf');
  await form.getByTestId('attach-go').click();
  const sheet = desk.locator('[data-testid="case-file"][data-form="pdf"]');
  await expect(sheet.getByTestId('file-show')).toHaveCount(0);
  const [file] = await Promise.all([desk.waitForEvent('download'), sheet.getByTestId('file-fetch').click()]);
  expect(file.suggestedFilename()).toMatch(/\.pdf$/);
});

test('what one part of the team does not see is not there, and nothing sticks out on a small screen in the largest text', async ({ as, size }) => {
  const [desk, worker] = [await as('station'), await as('socialWorker')];
  const phone = size === 'phone' ? '13800000012' : '13800000013';
  const one = await referred(worker, phone, '问怎么约人剪头发');
  await show(worker, at(one));
  await expect(worker.getByTestId('case-notes')).toBeVisible();
  await show(desk, at(one));
  await expect(desk.getByTestId('case-about')).toBeVisible();
  for (const hidden of ['case-notes', 'case-files', 'note-write', 'conditions', 'factors']) {
    await expect(desk.getByTestId(hidden)).toHaveCount(0);
  }
  await worker.setViewportSize({ width: 360, height: 780 });
  await look(worker, { size: 'largest' });
  await open(worker, at(one));
  expect(await tooWide(worker)).toEqual([]);
  await expect(worker.getByTestId('call-120')).toBeInViewport();
  await worker.getByTestId('note-go').scrollIntoViewIfNeeded();
  await expect(worker.getByTestId('call-120')).toBeInViewport();
});
