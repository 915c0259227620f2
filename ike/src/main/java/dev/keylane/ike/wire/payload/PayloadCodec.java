package dev.keylane.ike.wire.payload;

import dev.keylane.ike.wire.OctetReader;
import dev.keylane.ike.wire.OctetWriter;
import dev.keylane.ike.wire.PayloadType;

/** From a payload's type to the code that reads and writes its body. */
public final class PayloadCodec {
    private PayloadCodec() {
    }

    /**
     * @param next the Next Payload field in front of the body
     * @param body everything behind the generic header
     */
    public static Payload parse(int type, boolean critical, int next, OctetReader body) {
        Payload payload = switch (type) {
            case PayloadType.SA -> SaCodec.parse(body);
            case PayloadType.KE -> KePayload.parse(body);
            case PayloadType.ID_I -> IdPayload.parse(true, body);
            case PayloadType.ID_R -> IdPayload.parse(false, body);
            case PayloadType.CERT -> new CertPayload(body.u8(), body.rest());
            case PayloadType.CERTREQ -> new CertRequestPayload(body.u8(), body.rest());
            case PayloadType.AUTH -> AuthPayload.parse(body);
            case PayloadType.NONCE -> NoncePayload.parse(body);
            case PayloadType.NOTIFY -> NotifyPayload.parse(body);
            case PayloadType.DELETE -> DeletePayload.parse(body);
            case PayloadType.VENDOR_ID -> new VendorIdPayload(body.rest());
            case PayloadType.TS_I -> TsCodec.parse(true, body);
            case PayloadType.TS_R -> TsCodec.parse(false, body);
            case PayloadType.SK -> new EncryptedPayload(next, body.position(), body.rest());
            case PayloadType.SKF -> FragmentPayload.parse(next, body);
            case PayloadType.CP -> ConfigPayload.parse(body);
            default -> new UnknownPayload(type, critical, body.rest());
        };
        body.end();
        return payload;
    }

    public static void emit(Payload payload, OctetWriter out) {
        switch (payload) {
            case SaPayload sa -> SaCodec.emit(sa, out);
            case KePayload ke -> ke.emit(out);
            case IdPayload id -> id.emit(out);
            case CertPayload cert -> out.u8(cert.encoding()).octets(cert.data());
            case CertRequestPayload request -> out.u8(request.encoding()).octets(request.authorities());
            case AuthPayload auth -> auth.emit(out);
            case NoncePayload nonce -> out.octets(nonce.data());
            case NotifyPayload notify -> notify.emit(out);
            case DeletePayload delete -> delete.emit(out);
            case VendorIdPayload vendor -> out.octets(vendor.data());
            case TsPayload ts -> TsCodec.emit(ts, out);
            case EncryptedPayload sk -> out.octets(sk.body());
            case FragmentPayload skf -> out.u16(skf.number()).u16(skf.total()).octets(skf.body());
            case ConfigPayload config -> config.emit(out);
            case UnknownPayload unknown -> out.octets(unknown.body());
        }
    }
}
