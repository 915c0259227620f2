package dev.keylane.xfrm.kernel;

/** Message types of NETLINK_XFRM, and its multicast groups. */
final class XfrmMessage {
    static final int NETLINK_XFRM = 6;

    static final int NEWSA = 16;
    static final int DELSA = 17;
    static final int GETSA = 18;
    static final int NEWPOLICY = 19;
    static final int DELPOLICY = 20;
    static final int GETPOLICY = 21;
    static final int ALLOCSPI = 22;
    static final int ACQUIRE = 23;
    static final int EXPIRE = 24;
    static final int UPDPOLICY = 25;
    static final int UPDSA = 26;
    static final int GETSADINFO = 35;
    static final int GETSPDINFO = 37;
    static final int MAPPING = 38;
    static final int MIGRATE_STATE = 41;

    static final int GROUP_ACQUIRE = 1;
    static final int GROUP_EXPIRE = 2;
    static final int GROUP_MAPPING = 8;

    private XfrmMessage() {
    }

    /** As an error names it. */
    static String name(int type) {
        return switch (type) {
            case NEWSA -> "NEWSA";
            case DELSA -> "DELSA";
            case GETSA -> "GETSA";
            case NEWPOLICY -> "NEWPOLICY";
            case DELPOLICY -> "DELPOLICY";
            case GETPOLICY -> "GETPOLICY";
            case ALLOCSPI -> "ALLOCSPI";
            case UPDPOLICY -> "UPDPOLICY";
            case UPDSA -> "UPDSA";
            case MIGRATE_STATE -> "MIGRATE_STATE";
            default -> "message " + type;
        };
    }
}
