import type { SettingsFile } from '../contracts/registry.ts';
import { each, textsAt } from './places.ts';
import type { ConfigFault, YamlFile } from './yaml-file.ts';

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Webhooks whose address isn't one we may send to, or that have no secret, or two. What the fault says never tells the address. */
export function checkWebhooks(file: YamlFile<SettingsFile>): ConfigFault[] {
  const addresses = textsAt(file.raw, ['webhooks', each, 'url'])
    .filter(({ text }) => !isSafe(text))
    .map(({ path }) =>
      file.fault(path, 'is no address for a webhook', 'write https://..., or http:// to this machine'),
    );
  const secrets = (file.value?.webhooks ?? []).flatMap(({ secret, secretFile }, i) =>
    (secret === undefined) === (secretFile === undefined)
      ? [file.fault(['webhooks', i], 'has no secret, or two', 'write secret, or secretFile with the path of a file')]
      : [],
  );
  return [...addresses, ...secrets];
}

function isSafe(text: string): boolean {
  try {
    const { protocol, hostname, username, password } = new URL(text);
    // Names and passwords in addresses end up in logs; the signature is what tells that it is us.
    if (username !== '' || password !== '') return false;
    return protocol === 'https:' || (protocol === 'http:' && loopback.has(hostname));
  } catch {
    return false;
  }
}
