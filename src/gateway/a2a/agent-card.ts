import { can } from '../../access/can.ts';
import type { Principal } from '../../contract/principal.ts';
import { SKILLS, type SkillCard } from './skills/catalogue.ts';

export const RPC_PATH = '/a2a';
export const HTTP_PATH = '/a2a/rest';
export const CARD_PATH = '/.well-known/agent-card.json';
export const KEYS_PATH = '/.well-known/jwks.json';

export const INPUT_MODES = [
  'text/plain',
  'application/json',
  'image/jpeg',
  'image/png',
  'image/webp',
  'application/octet-stream',
];
export const OUTPUT_MODES = ['application/json', 'text/plain', 'image/jpeg'];

/** A card as the wire has it: what is empty or false is left out. */
export interface CardJson {
  readonly [name: string]: unknown;
}

interface CardParts {
  /** Ends without a slash. */
  readonly origin: string;
  readonly version: string;
  /** Callers must say who they are. */
  readonly secured: boolean;
}

export const publicCard = (parts: CardParts): CardJson =>
  card(
    parts,
    SKILLS.filter(({ listed }) => listed),
  );

/** What somebody who said who it is may ask for. */
export const extendedCard = (parts: CardParts, principal: Principal): CardJson =>
  card(
    parts,
    SKILLS.filter(({ permission }) => can(principal, permission)),
  );

function card({ origin, version, secured }: CardParts, skills: readonly SkillCard[]): CardJson {
  return {
    name: 'Intelligent Mug Positioning',
    description:
      'Measures photos of desks in millimetres with an error, checks positioning rules written as sentences, and proposes moves that were verified. What is not known is null with a reason.',
    supportedInterfaces: [
      { url: `${origin}${RPC_PATH}`, protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
      { url: `${origin}${HTTP_PATH}`, protocolBinding: 'HTTP+JSON', protocolVersion: '1.0' },
      { url: `${origin}${RPC_PATH}`, protocolBinding: 'JSONRPC', protocolVersion: '0.3' },
    ],
    version,
    documentationUrl: `${origin}/api/docs`,
    capabilities: { streaming: true, pushNotifications: true, extendedAgentCard: true },
    ...(secured && {
      securitySchemes: {
        bearer: { httpAuthSecurityScheme: { scheme: 'bearer', description: 'A login or an API key' } },
      },
      securityRequirements: [{ schemes: { bearer: {} } }],
    }),
    defaultInputModes: INPUT_MODES,
    defaultOutputModes: OUTPUT_MODES,
    skills: skills.map(({ id, name, description, tags, examples, inputModes }) => ({
      id,
      name,
      description,
      tags,
      examples,
      inputModes,
      outputModes: OUTPUT_MODES,
    })),
  };
}

/**
 * The same with what clients of 0.3 look for besides; they do not know the members of 1.0. A client of 1.0 that converts what it
 * knows of 0.3, as the Python SDK does, gets the card of 1.0 back, so that its signature holds.
 */
export function withLegacyMembers(json: CardJson): CardJson {
  const { supportedInterfaces = [], securitySchemes } = json as {
    supportedInterfaces?: { url: string; protocolVersion: string }[];
    securitySchemes?: { bearer: { httpAuthSecurityScheme: object } };
  };
  const url = supportedInterfaces.find(({ protocolVersion }) => protocolVersion === '0.3')?.url;
  return {
    ...json,
    protocolVersion: '0.3.0',
    url,
    preferredTransport: 'JSONRPC',
    supportsAuthenticatedExtendedCard: true,
    ...(securitySchemes && {
      securitySchemes: {
        bearer: { ...securitySchemes.bearer, type: 'http', ...securitySchemes.bearer.httpAuthSecurityScheme },
      },
      security: [{ bearer: [] }],
    }),
  };
}
