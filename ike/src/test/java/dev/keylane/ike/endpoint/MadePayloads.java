package dev.keylane.ike.endpoint;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.ResourceInfo;
import dev.keylane.ike.child.SpiPool;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.proposal.ProposalText;
import dev.keylane.ike.proposal.ProtocolId;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Tape;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadType;
import dev.keylane.ike.wire.payload.AuthPayload;
import dev.keylane.ike.wire.payload.DeletePayload;
import dev.keylane.ike.wire.payload.IdPayload;
import dev.keylane.ike.wire.payload.KePayload;
import dev.keylane.ike.wire.payload.NoncePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.Payload;
import dev.keylane.ike.wire.payload.SaPayload;
import dev.keylane.ike.wire.payload.TsPayload;
import dev.keylane.ike.wire.payload.UnknownPayload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Payloads that fit what the victim and its peer are about, or nearly so; which ones, a tape says. */
record MadePayloads(Host victim, Host peer) {
    private static final List<String> ESP = List.of("aes128gcm16-esn", "aes128gcm16-x25519", "aes128gcm16-ecp256",
            "aes128gcm16", "aes256-sha256");
    private static final String IKE = "aes128gcm16-prfsha256-x25519";
    private static final List<Integer> NOTIFIES = List.of(NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD,
            NotifyType.INVALID_SYNTAX, NotifyType.NO_PROPOSAL_CHOSEN, NotifyType.INVALID_KE_PAYLOAD,
            NotifyType.AUTHENTICATION_FAILED, NotifyType.NO_ADDITIONAL_SAS, NotifyType.TS_UNACCEPTABLE,
            NotifyType.TEMPORARY_FAILURE, NotifyType.CHILD_SA_NOT_FOUND, NotifyType.TS_MAX_QUEUE,
            NotifyType.INITIAL_CONTACT, NotifyType.SET_WINDOW_SIZE, NotifyType.USE_TRANSPORT_MODE, NotifyType.REKEY_SA,
            NotifyType.ESP_TFC_PADDING_NOT_SUPPORTED, NotifyType.COOKIE, NotifyType.COOKIE2,
            NotifyType.FRAGMENTATION_SUPPORTED, NotifyType.SA_RESOURCE_INFO, NotifyType.INVALID_IKE_SPI,
            NotifyType.INVALID_MESSAGE_ID, NotifyType.CHILDLESS_IKEV2_SUPPORTED, NotifyType.IPCOMP_SUPPORTED,
            NotifyType.NAT_DETECTION_SOURCE_IP, NotifyType.INVALID_SELECTORS);

    List<Payload> next(Tape tape, boolean response) {
        List<Payload> payloads = new ArrayList<>();
        for (int count = tape.below(7); count > 0 && payloads.size() < 20; count--) {
            payloads.addAll(some(tape, response));
        }
        return payloads;
    }

    private List<Payload> some(Tape tape, boolean response) {
        return switch (tape.below(16)) {
            case 0 -> child(tape, response);
            case 1 -> {
                List<Payload> rekey = new ArrayList<>(child(tape, response));
                rekey.add(new NotifyPayload(3, spi(tape), NotifyType.REKEY_SA, Octets.EMPTY));
                yield rekey;
            }
            case 2 -> List.of(new SaPayload(List.of(proposal(IKE, tape.octets()))), nonce(tape),
                    new KePayload(31, octets(32, tape.u8())));
            case 3 -> List.of(sa(tape, spi(tape)));
            case 4 -> List.of(nonce(tape));
            case 5 -> List.of(new KePayload(List.of(31, 19, 20, 14, 0).get(tape.below(5)), tape.octets()));
            case 6 -> List.of(selectors(tape.flag(), tape.flag() ? victim : peer));
            case 7 -> List.of(new TsPayload(tape.flag(), List.of(new TrafficSelector(tape.u8(), 0, tape.u16(),
                    IpAddress.of("0.0.0.0"), IpAddress.of("255.255.255.255")))));
            case 8 -> List.of(NotifyPayload.of(NOTIFIES.get(tape.below(NOTIFIES.size())), tape.octets()));
            case 9 -> List.of(new NotifyPayload(tape.below(4), tape.flag() ? spi(tape) : tape.octets(), tape.u16(),
                    tape.octets()));
            case 10 -> List.of(delete(tape));
            case 11 -> List.of(new DeletePayload(ProtocolId.IKE.id(), List.of()));
            case 12 -> List.of(raw(tape.u8(), tape));
            case 13 -> List.of(raw(PayloadType.SA + tape.below(16), tape));
            case 14 -> List.of(new IdPayload(!response, Identification.parse(tape.flag() ? "host1" : "host2")),
                    new AuthPayload(2, octets(32, tape.u8())));
            default -> List.of(NotifyPayload.of(NotifyType.INVALID_KE_PAYLOAD, Octets.of(0, tape.flag() ? 19 : 31)));
        };
    }

    /** All that a Child SA needs; the first selectors are those of whoever asked. */
    private List<Payload> child(Tape tape, boolean response) {
        List<Payload> payloads = new ArrayList<>(List.of(sa(tape, SpiPool.octets(0xc0000100 + tape.below(8))),
                nonce(tape), selectors(true, response ? victim : peer), selectors(false, response ? peer : victim)));
        int with = tape.u8();
        if ((with & 1) != 0) {
            payloads.add(NotifyPayload.of(NotifyType.USE_TRANSPORT_MODE));
        }
        if ((with & 2) != 0) {
            payloads.add(NotifyPayload.of(NotifyType.SA_RESOURCE_INFO,
                    (with & 4) != 0 ? Octets.EMPTY : Octets.of(0, 0, 0, 1)));
        }
        if ((with & 8) != 0) {
            KeGroup group = (with & 16) != 0 ? KeGroup.CURVE_25519 : KeGroup.ECP_256;
            payloads.add(new KePayload(group.id(), octets(group.publicSize(), with)));
        }
        return payloads;
    }

    private static SaPayload sa(Tape tape, Octets spi) {
        return new SaPayload(List.of(proposal(ESP.get(tape.below(ESP.size())), spi)));
    }

    private static Proposal proposal(String text, Octets spi) {
        List<Proposal> parsed = text.equals(IKE) ? ProposalText.parseIke(text).orElseThrow()
                : ProposalText.parseEsp(text).orElseThrow();
        return parsed.getFirst().numbered(1, spi);
    }

    private static NoncePayload nonce(Tape tape) {
        return new NoncePayload(octets(16 + tape.below(32), tape.u8()));
    }

    private static Octets octets(int count, int each) {
        byte[] bytes = new byte[count];
        Arrays.fill(bytes, (byte) each);
        return Octets.wrap(bytes);
    }

    private static TsPayload selectors(boolean initiator, Host of) {
        return new TsPayload(initiator, List.of(TrafficSelector.subnet(of.address.address(), 32)));
    }

    private DeletePayload delete(Tape tape) {
        List<Octets> spis = new ArrayList<>();
        for (int count = tape.below(5); count > 0; count--) {
            spis.add(spi(tape));
        }
        return new DeletePayload(ProtocolId.ESP.id(), spis);
    }

    /** One the peer has, one the victim has, or one nobody has. */
    private Octets spi(Tape tape) {
        List<ChildSa> children = victim.children();
        int which = tape.u8();
        if (children.isEmpty() || which >= 0xf0) {
            return SpiPool.octets(0xc0000100 + which % 16);
        }
        ChildSa child = children.get(which % children.size());
        return SpiPool.octets(which >= 0xe0 ? child.terms().spiIn() : child.terms().spiOut());
    }

    private static Payload raw(int type, Tape tape) {
        boolean sealed = type == PayloadType.SK || type == PayloadType.SKF;
        return new UnknownPayload(type == PayloadType.NONE || sealed ? PayloadType.VENDOR_ID : type, tape.flag(),
                tape.octets());
    }
}
