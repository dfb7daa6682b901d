/** One login as the server keeps it: a generation at a time, and forgiveness for a lost answer. */
import { pairOf } from './wire.js';

const FORGIVEN_FOR = 60_000;

export class Login {
  alive = true;
  generation = 1;
  rotations = 0;
  #rotatedAt = -Infinity;
  #used = false;
  #issued = new Map();
  #pairs = 0;

  constructor() {
    this.first = this.#issue();
  }

  /** Puts the login behind a wire. `lose` is asked at each refresh whether its answer gets lost, and how. */
  serve(wire, lose = () => null) {
    wire.answers['POST /refresh'] = ({ body, signal }) => {
      const answer = this.refresh(body.refresh_token);
      const lost = lose();
      if (lost === 'cut') throw new TypeError('connection reset');
      if (lost === 'hang') return new Promise((_, no) => signal.addEventListener('abort', () => no(signal.reason)));
      return lost ?? answer;
    };
    wire.answers['POST /logout'] = ({ body }) => {
      if (this.#issued.has(body.refresh_token)) this.alive = false;
      return [204, null];
    };
    wire.answers['GET /users/me'] = ({ token }) => (this.use(token) ? [200, { username: 'alice' }] : [401, {}]);
  }

  refresh(token) {
    const generation = this.#issued.get(token);
    const forgiven = generation === this.generation - 1 && !this.#used && Date.now() - this.#rotatedAt <= FORGIVEN_FOR;
    if (!this.alive || generation === undefined) return [401, { detail: 'dead' }];
    if (generation === this.generation) {
      this.generation++;
      this.rotations++;
      [this.#rotatedAt, this.#used] = [Date.now(), false];
    } else if (!forgiven) {
      this.alive = false;
      return [401, { detail: 'theft' }];
    }
    return [200, this.#issue()];
  }

  /** Whether the access token is taken; an old one is, too, until it expires. */
  use(token) {
    const generation = this.#issued.get(token);
    if (generation === this.generation) this.#used = true;
    return this.alive && generation !== undefined;
  }

  #issue() {
    const pair = pairOf('alice', 1, ++this.#pairs, 600);
    this.#issued.set(pair.refresh_token, this.generation).set(pair.access_token, this.generation);
    return pair;
  }
}
