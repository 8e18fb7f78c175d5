// Who acts where. The two sizes have people of their own, so that they never meet by accident;
// every test that signs out or changes its person has somebody nobody else uses.

export type Size = 'phone' | 'desktop';

const each = (phone: string, desktop: string) => ({ phone, desktop });

export const PEOPLE = {
  /** Has bookings in every state; only looked at. */
  first: each('13800000001', '13800000001'),
  booker: each('13800000004', '13800000005'),
  asker: each('13800000006', '13800000007'),
  typist: each('13800000008', '13800000009'),
  writer: each('13800000010', '13800000011'),
  reader: each('13800000012', '13800000013'),
  /** Signs in by hand, and nowhere else. */
  comer: each('13800000032', '13800000033'),
  elder: each('13800000014', '13800000015'),
  guest: each('13800000016', '13800000017'),
  stranger: each('13800000018', '13800000019'),
  late: each('13800000020', '13800000021'),
  rival: each('13800000022', '13800000023'),
  /** Ends the account: nobody's guardian. */
  leaver: each('13800000034', '13800000036'),
  naughty: each('13800000024', '13800000025'),
  applicant: each('13800000026', '13800000027'),
  unplugged: each('13800000028', '13800000029'),
  watcher: each('13800000030', '13800000031'),
  /** Answer requests. */
  locksmith: each('13800000101', '13800000102'),
  /** Has hours, points and a voucher that waits; only looked at. */
  volunteer: each('13800000301', '13800000301'),
  /** A volunteer who is asked after another one; on a server of its own. */
  neighbour: each('13800000302', '13800000302'),
  /** Heads a building: sees the name, the door and the task. */
  buildingHead: each('13800000261', '13800000261'),
  /** Goes from door to door, and speaks of anybody. */
  gridWorker: each('13800000251', '13800000251'),
  /** Someone with a telephone for whom staff book. */
  helped: each('13800000401', '13800000402'),
  /** Watched over, and seen today; only looked at on the server of all. */
  watched: each('13800000404', '13800000404'),
  /** Watched over, and silent for too long: an alert is open. */
  silent: each('13800000405', '13800000405'),
  /** Vets; one of each size. */
  socialWorker: each('13800000201', '13800000202'),
  /** Only looks, in every language and size. */
  looker: each('13800000203', '13800000203'),
  station: each('13800000221', '13800000221'),
  admin: each('13800000211', '13800000211'),
  /** Read their authenticator's digits on the sign-in page: a librarian and a desk helper. */
  digitReader: each('13800000241', '13800000231'),
  /** Keeps the library's shelves. */
  librarian: each('13800000241', '13800000241'),
  /** Lends at the desk, and keeps no shelves. */
  deskHelper: each('13800000231', '13800000231'),
  /** In nobody's file until a test adds them. */
  newHelper: each('13800000591', '13800000592'),
  /** Has no second factor yet. */
  newAdmin: each('13800000212', '13800000212'),
} as const;

export type Person = keyof typeof PEOPLE;

const STAFF: Person[] = ['socialWorker', 'looker', 'station', 'admin', 'digitReader', 'librarian', 'deskHelper', 'newHelper', 'newAdmin'];

export const isStaff = (person: Person) => STAFF.includes(person);
