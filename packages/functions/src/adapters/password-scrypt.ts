import { hashPassword, verifyPassword } from "better-auth/crypto";

/** How passwords are kept: with scrypt, in better-auth's own format. */
export const scryptPasswords = { hash: hashPassword, verify: (password: string, hash: string) => verifyPassword({ password, hash }) };
