// SPDX-License-Identifier: GPL-2.0
/*
 * ESP's cryptography, AES-GCM with an ICV of 16 octets (RFC 4106), extended sequence
 * numbers and the replay window.
 */
#include <crypto/internal/geniv.h>
#include <linux/scatterlist.h>
#include <linux/unaligned.h>

#include "ipsec.h"
#include "lanenic.h"

/* One packet's work; the request's context lies behind it. */
struct lanenic_gcm {
	u8 nonce[12];
	u8 aad[12];
	struct scatterlist sg[2];
	struct aead_request request;
};

/*
 * Takes the key from the state, and the mask that the stack's own cipher would use, so that
 * the two never share an IV.
 */
int lanenic_esp_key(struct lanenic_sa *sa)
{
	const struct xfrm_algo_aead *algorithm = sa->x->aead;
	unsigned int length = algorithm->alg_key_len / 8 - sizeof(sa->salt);
	struct aead_geniv_ctx *stack = crypto_aead_ctx(sa->x->data);
	struct crypto_aead *aead;
	int err;

	aead = crypto_alloc_aead("gcm(aes)", 0, CRYPTO_ALG_ASYNC);
	if (IS_ERR(aead))
		return PTR_ERR(aead);
	err = crypto_aead_setkey(aead, algorithm->alg_key, length);
	if (!err)
		err = crypto_aead_setauthsize(aead, LANENIC_ICV);
	if (err) {
		crypto_free_aead(aead);
		return err;
	}
	memcpy(sa->salt, algorithm->alg_key + length, sizeof(sa->salt));
	memcpy(sa->iv_mask, stack->salt, sizeof(sa->iv_mask));
	sa->aead = aead;
	return 0;
}

/* RFC 4303 2.2.1: the high half of an extended sequence number is authenticated, not sent. */
static unsigned int lanenic_aad(const struct lanenic_sa *sa, const u8 *esp, u32 seq_high, u8 *aad)
{
	memcpy(aad, esp, 4);
	if (!sa->esn) {
		memcpy(aad + 4, esp + 4, 4);
		return 8;
	}
	put_unaligned_be32(seq_high, aad + 4);
	memcpy(aad + 8, esp + 4, 4);
	return 12;
}

/* @esp: the ESP header, in linear memory; @text: octets behind the IV, without the ICV */
static int lanenic_gcm(struct lanenic_sa *sa, u8 *esp, unsigned int text, u32 seq_high, bool seal)
{
	struct lanenic_gcm *work;
	unsigned int aad;
	int err;

	work = kzalloc(sizeof(*work) + crypto_aead_reqsize(sa->aead), GFP_ATOMIC);
	if (!work)
		return -ENOMEM;
	memcpy(work->nonce, sa->salt, sizeof(sa->salt));
	memcpy(work->nonce + sizeof(sa->salt), esp + 8, LANENIC_IV);
	aad = lanenic_aad(sa, esp, seq_high, work->aad);
	sg_init_table(work->sg, 2);
	sg_set_buf(&work->sg[0], work->aad, aad);
	sg_set_buf(&work->sg[1], esp + 8 + LANENIC_IV, text + LANENIC_ICV);
	aead_request_set_tfm(&work->request, sa->aead);
	aead_request_set_callback(&work->request, 0, NULL, NULL);
	aead_request_set_ad(&work->request, aad);
	aead_request_set_crypt(&work->request, work->sg, work->sg, seal ? text : text + LANENIC_ICV,
			       work->nonce);
	err = seal ? crypto_aead_encrypt(&work->request) : crypto_aead_decrypt(&work->request);
	kfree_sensitive(work);
	return err;
}

int lanenic_esp_seal(struct lanenic_sa *sa, u8 *esp, unsigned int text, u32 seq_high)
{
	return lanenic_gcm(sa, esp, text, seq_high, true);
}

int lanenic_esp_open(struct lanenic_sa *sa, u8 *esp, unsigned int text, u32 seq_high)
{
	return lanenic_gcm(sa, esp, text, seq_high, false);
}

void lanenic_esp_iv(const struct lanenic_sa *sa, u8 *esp, u64 seq)
{
	unsigned int i;

	put_unaligned_be64(seq, esp + 8);
	for (i = 0; i < LANENIC_IV; i++)
		esp[8 + i] ^= sa->iv_mask[i];
}

/* RFC 4303 appendix A2.2: which number a packet must have whose low half is @low. */
u64 lanenic_esp_whole_seq(struct lanenic_sa *sa, u32 low)
{
	u32 top_low, top_high, bottom;
	u64 top;

	if (!sa->esn)
		return low;
	spin_lock(&sa->lock);
	top = sa->seq;
	spin_unlock(&sa->lock);
	top_low = lower_32_bits(top);
	top_high = upper_32_bits(top);
	bottom = top_low - max(sa->window, 1u) + 1;
	if (top_low >= bottom)	/* the window lies within one half */
		return (u64)(low >= bottom ? top_high : top_high + 1) << 32 | low;
	return (u64)(low >= bottom && top_high ? top_high - 1 : top_high) << 32 | low;
}

/*
 * Of an authentic packet: marks its number as seen and tells whether it was new. As on mlx5,
 * the window is armed for extended sequence numbers only; without them every packet is new.
 */
bool lanenic_esp_is_new(struct lanenic_sa *sa, u64 seq)
{
	bool new = true;
	u64 i;

	spin_lock(&sa->lock);
	if (seq > sa->seq) {
		for (i = max(sa->seq + 1, seq - min(seq, (u64)LANENIC_WINDOW) + 1); i < seq; i++)
			__clear_bit(i % LANENIC_WINDOW, sa->seen);
		sa->seq = seq;
		__set_bit(seq % LANENIC_WINDOW, sa->seen);
	} else if (sa->esn && sa->window) {
		new = sa->seq - seq < sa->window &&
		      !__test_and_set_bit(seq % LANENIC_WINDOW, sa->seen);
	}
	spin_unlock(&sa->lock);
	return new;
}
