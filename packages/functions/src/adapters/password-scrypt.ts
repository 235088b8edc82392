import { hashPassword, verifyPassword } from "better-auth/crypto";
import type { Passwords } from "../api/deps.ts";

/** The Passwords port on scrypt, in better-auth's own format. */
export const scryptPasswords: Passwords = { hash: hashPassword, verify: (password, hash) => verifyPassword({ password, hash }) };
