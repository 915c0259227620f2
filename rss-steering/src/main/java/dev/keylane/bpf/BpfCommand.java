package dev.keylane.bpf;

/** Commands of bpf(2), by their number in enum bpf_cmd. */
enum BpfCommand {
    MAP_CREATE(0), MAP_LOOKUP_ELEM(1), MAP_UPDATE_ELEM(2), MAP_DELETE_ELEM(3), PROG_LOAD(5),
    OBJ_PIN(6), OBJ_GET(7), PROG_TEST_RUN(10), PROG_GET_FD_BY_ID(13), OBJ_GET_INFO_BY_FD(15),
    PROG_QUERY(16), MAP_LOOKUP_BATCH(24), LINK_CREATE(28), LINK_UPDATE(29), LINK_DETACH(34);

    final int number;

    BpfCommand(int number) {
        this.number = number;
    }
}
