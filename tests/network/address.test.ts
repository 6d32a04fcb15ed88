import { describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../src/network/address.ts';
import { checkUrl, type UrlPolicy } from '../../src/network/url.ts';

const FORBIDDEN = [
  // IPv4: this network, private, shared, loopback, link-local and metadata
  ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1'],
  ...['100.64.0.1', '100.100.100.200', '100.127.255.255', '127.0.0.1', '127.1.2.3', '169.254.0.1', '169.254.169.254'],
  // protocol assignments, documentation, benchmarks, relays, multicast, reserved, broadcast, Azure's host agent
  ...['192.0.0.1', '192.0.0.192', '192.0.2.1', '198.51.100.7', '203.0.113.9', '198.18.0.1', '198.19.255.255'],
  ...['192.88.99.1', '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255', '168.63.129.16'],
  // IPv6: unspecified, loopback, link-local, site-local, unique local, multicast, documentation, discard
  ...['::', '::1', 'fe80::1', 'febf::1', 'fec0::1', 'fc00::1', 'fd00:ec2::254', 'ff02::1', 'ff0e::1'],
  ...['2001:db8::1', '3fff::1', '100::1', '5f00::1', '4000::1', 'e000::1'],
  // IPv4 inside IPv6: mapped, compatible, NAT64, 6to4, Teredo, ISATAP
  ...['::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:169.254.169.254', '::ffff:8.8.8.8', '::ffff:7f00:1'],
  ...['::127.0.0.1', '::8.8.8.8', '::ffff:0:127.0.0.1', '64:ff9b::127.0.0.1', '64:ff9b::8.8.8.8', '64:ff9b:1::a00:1'],
  ...['2002:7f00:1::', '2002:a00:1::1', '2001:0:7f00:1::1', '2001::1', '2a00:1450::5efe:7f00:1'],
  ...['2a00:1450::200:5efe:a00:1', '2001:10::1', '2001:20::1'],
  // not addresses at all
  ...['', 'localhost', '1.2.3', '1.2.3.4.5', '256.1.1.1', ':::', '2130706433x', 'example.com'],
];
const PUBLIC = [
  '8.8.8.8',
  '1.1.1.1',
  '93.184.215.14',
  '172.15.0.1',
  '172.32.0.1',
  '100.128.0.1',
  '2606:4700::1111',
  '2a00:1450:4001::8a',
];

const policy: UrlPolicy = {
  allowHttp: false,
  extraPorts: [],
  isAllowedAddress: isPublicAddress,
  allowInternalNames: false,
};

const REFUSED_URLS = [
  ...['http://example.com/a.jpg', 'ftp://example.com/a.jpg', 'https://', 'https://exa mple.com/', 'https:///'],
  ...[
    'https://user@example.com/',
    'https://user:secret@example.com/',
    'https://:x@example.com/',
    'https://example.com@127.0.0.1/',
  ],
  ...['https://example.com:22/', 'https://example.com:8443/', 'https://example.com:80/', 'https://example.com:99999/'],
  ...[
    'https://localhost/',
    'https://localhost./',
    'https://LOCALHOST/',
    'https://a.localhost/',
    'https://printer.local/',
  ],
  ...[
    'https://metadata/',
    'https://metadata.google.internal/',
    'https://router.lan/',
    'https://intranet./',
    'https://x.home.arpa/',
  ],
  ...[
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
  ],
  ...[
    'https://017700000001/',
    'https://127.0.0.1./',
    'https://127.0.1/',
    'https://0/',
    'https://0.0.0.0/',
    'https://10.1/',
  ],
  ...['https://134744072/', 'https://0x08080808/', 'https://8.8.2056/', 'https://010.8.8.8/', 'https://8.8.8.8./'],
  ...[
    'https://%31%32%37.0.0.1/',
    'https://%38.8.8.8/',
    'https://１２７.0.0.1/',
    'https://127。0。0。1/',
    'https://⑧.8.8.8/',
  ],
  ...[
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:8.8.8.8]/',
    'https://[fe80::1]/',
  ],
  ...[
    'https://[fd00:ec2::254]/',
    'https://[64:ff9b::a00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[::127.0.0.1]/',
    'https://[fe80::1%25eth0]/',
  ],
  ...['https://169.254.169.254/latest/meta-data/', 'https://100.100.100.200/', 'https://192.168.0.1/'],
  ...[
    'https://example.com/a\r\nHost: x',
    'https://exam\tple.com/',
    'https://example.com\\@127.0.0.1/',
    'https://example.com/\0',
  ],
  `https://example.com/${'a'.repeat(3000)}`,
];

describe('addresses that may be dialled', () => {
  it.each(FORBIDDEN)('refuses %s', (address) => expect(isPublicAddress(address)).toBe(false));
  it.each(PUBLIC)('accepts %s', (address) => expect(isPublicAddress(address)).toBe(true));
  it('covers at least 60 of them', () => expect(new Set(FORBIDDEN).size).toBeGreaterThanOrEqual(60));
});

describe('addresses that a caller may name', () => {
  it.each(REFUSED_URLS)('refuses %j before any look-up', (url) => {
    expect(() => checkUrl(url, policy)).toThrowError(expect.objectContaining({ code: 'VALIDATION_007' }));
  });
  it.each([
    'https://example.com/desk.jpg',
    'https://EXAMPLE.com:443/my desk.jpg?size=1#top',
    'https://8.8.8.8/a.jpg',
    'https://[2606:4700::1111]/a.jpg',
    'https://münchen.example/Schreibtisch.jpg',
  ])('accepts %s', (url) => expect(checkUrl(url, policy).protocol).toBe('https:'));
  it('accepts http and further ports only when told to', () => {
    const open = { ...policy, allowHttp: true, extraPorts: [8443] };
    expect(checkUrl('http://example.com/', open).protocol).toBe('http:');
    expect(checkUrl('https://example.com:8443/', open).port).toBe('8443');
    expect(() => checkUrl('https://example.com:8444/', open)).toThrow();
  });
});
