package dev.keylane.ike.wire.payload;

/** The content of a payload, without its generic header. */
public sealed interface Payload permits SaPayload, KePayload, IdPayload, CertPayload, CertRequestPayload, AuthPayload,
        NoncePayload, NotifyPayload, DeletePayload, VendorIdPayload, TsPayload, EncryptedPayload, FragmentPayload,
        ConfigPayload, UnknownPayload {
    /** The payload type, one of {@link dev.keylane.ike.wire.PayloadType} or any other octet. */
    int type();
}
