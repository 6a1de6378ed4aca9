// The signing loop in k6, as one would write it: no more is looked at than is needed to go on.
import http from 'k6/http';

const challenges = `${__ENV.TARGET_URL}/v1/mfa/challenges/devices`;
const headers = {
  'Authorization': 'Bearer 00000000000000000000000000000000',
  'Content-Type': 'application/json',
};
const created = { headers, tags: { name: 'create-signing-challenge' } };
const verified = { headers, responseType: 'none', tags: { name: 'verify-signing-challenge' } };
const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: { name: 'SHA-256' } };

let keys;

function hex(bytes) {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function bytes(text) {
  return new Uint8Array(Array.from(text, (character) => character.charCodeAt(0)));
}

export default async function () {
  keys = keys || await crypto.subtle.generateKey(ecdsa, true, ['sign', 'verify']);
  const challenge = http.post(challenges, '{"device_id":"00000000000000000000000000000001"}', created).json();
  const signature = hex(await crypto.subtle.sign(ecdsa, keys.privateKey, bytes(challenge.string_to_sign)));
  http.put(`${challenges}/${challenge.id}`, JSON.stringify({ signature }), verified);
}
