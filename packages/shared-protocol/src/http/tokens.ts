import * as z from 'zod';
import { requiredText, tokenText } from './field.js';

export const refreshBody = z.object({ refreshToken: requiredText('refreshToken_required', 4_096) });
export const refreshReply = z.object({ accessToken: tokenText(), refreshToken: tokenText() });

export const revokeBody = refreshBody;
export const revokeReply = z.object({ revoked: z.boolean() });

export type RefreshReply = z.infer<typeof refreshReply>;
export type RevokeReply = z.infer<typeof revokeReply>;
