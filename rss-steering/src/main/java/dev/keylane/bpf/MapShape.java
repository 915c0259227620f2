package dev.keylane.bpf;

/**
 * What a map is; it never changes. Sizes in octets.
 *
 * @param type its number in enum bpf_map_type, which may be none of ours for a map that others made
 */
public record MapShape(int type, int keySize, int valueSize, int maxEntries) {
    public MapShape(MapType type, int keySize, int valueSize, int maxEntries) {
        this(type.number, keySize, valueSize, maxEntries);
    }

    public MapShape withEntries(int entries) {
        return new MapShape(type, keySize, valueSize, entries);
    }

    @Override
    public String toString() {
        return MapType.of(type).map(MapType::name).orElse("map type " + type) + " key " + keySize + " value "
                + valueSize + " entries " + maxEntries;
    }
}
