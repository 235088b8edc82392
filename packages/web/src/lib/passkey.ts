/** Whether this page can use passkeys: browsers want https or localhost, and a name in place of an IP address. */
export function canUsePasskeys(): boolean {
  const isName = !/^(?:[\d.]+|\[.*\])$/u.test(location.hostname);
  return isName && typeof PublicKeyCredential === "function";
}

type Described = Omit<PublicKeyCredentialDescriptor, "id"> & { id: string };

/** The server's options as JSON: the browser's own, with base64url for bytes. */
export type CreationOptions = Omit<PublicKeyCredentialCreationOptions, "challenge" | "user" | "excludeCredentials"> & {
  challenge: string;
  user: Omit<PublicKeyCredentialUserEntity, "id"> & { id: string };
  excludeCredentials?: Described[];
};
export type RequestOptions = Omit<PublicKeyCredentialRequestOptions, "challenge" | "allowCredentials"> & {
  challenge: string;
  allowCredentials?: Described[];
};

/** Has the device make a passkey; gives what the server is to be sent. Throws a DOMException when the person closes its dialog. */
export async function makePasskey({ challenge, user, excludeCredentials = [], ...rest }: CreationOptions): Promise<object> {
  const made = await navigator.credentials.create({
    publicKey: {
      ...rest,
      challenge: bytesOf(challenge),
      user: { ...user, id: bytesOf(user.id) },
      excludeCredentials: excludeCredentials.map(described),
    },
  });
  const { response, ...common } = opened(made);
  if (!(response instanceof AuthenticatorAttestationResponse)) throw new DOMException("No passkey was made.", "NotAllowedError");
  const { clientDataJSON, attestationObject } = response;
  const told = {
    clientDataJSON: textOf(clientDataJSON),
    attestationObject: textOf(attestationObject),
    transports: response.getTransports(),
  };
  return { ...common, response: told };
}

/** Has the device answer the server's challenge with a passkey. Throws a DOMException when the person closes its dialog. */
export async function answerByPasskey({ challenge, allowCredentials = [], ...rest }: RequestOptions): Promise<object> {
  const found = await navigator.credentials.get({
    publicKey: {
      ...rest,
      challenge: bytesOf(challenge),
      allowCredentials: allowCredentials.map(described),
      userVerification: "required",
    },
  });
  const { response, ...common } = opened(found);
  if (!(response instanceof AuthenticatorAssertionResponse)) throw new DOMException("No passkey was used.", "NotAllowedError");
  const { clientDataJSON, authenticatorData, signature } = response;
  const told = { clientDataJSON: textOf(clientDataJSON), authenticatorData: textOf(authenticatorData), signature: textOf(signature) };
  return { ...common, response: told };
}

function opened(credential: Credential | null) {
  if (!(credential instanceof PublicKeyCredential)) throw new DOMException("No passkey came.", "NotAllowedError");
  const { id, rawId, type, response } = credential;
  return { id, rawId: textOf(rawId), type, response, clientExtensionResults: {} };
}

function described({ id, ...rest }: Described): PublicKeyCredentialDescriptor {
  return { ...rest, id: bytesOf(id) };
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.codePointAt(0) ?? 0);
}

function textOf(buffer: ArrayBuffer): string {
  return btoa(String.fromCodePoint(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
