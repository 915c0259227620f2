#include <stdio.h>
#include <string.h>
#include <arpa/inet.h>
#include <linux/ethtool.h>
static void dump(const char *what, struct ethtool_rxnfc *nfc)
{
    printf("%s ", what);
    for (size_t i = 0; i < sizeof(*nfc); i++)
        printf("%02x", ((unsigned char *)nfc)[i]);
    printf("\n");
}
int main(void)
{
    struct ethtool_rxnfc nfc;
    memset(&nfc, 0, sizeof(nfc));
    nfc.cmd = ETHTOOL_SRXCLSRLINS;
    nfc.fs.flow_type = ESP_V4_FLOW;
    inet_pton(AF_INET, "192.0.2.1", &nfc.fs.h_u.esp_ip4_spec.ip4dst);
    nfc.fs.h_u.esp_ip4_spec.spi = htonl(0x12345678);
    nfc.fs.m_u.esp_ip4_spec.ip4dst = 0xffffffff;
    nfc.fs.m_u.esp_ip4_spec.spi = 0xffffffff;
    nfc.fs.ring_cookie = 7;
    nfc.fs.location = RX_CLS_LOC_ANY;
    dump("insert4", &nfc);
    memset(&nfc, 0, sizeof(nfc));
    nfc.cmd = ETHTOOL_SRXCLSRLINS;
    nfc.fs.flow_type = ESP_V6_FLOW;
    inet_pton(AF_INET6, "2001:db8::1", nfc.fs.h_u.esp_ip6_spec.ip6dst);
    nfc.fs.h_u.esp_ip6_spec.spi = htonl(0xfffffffe);
    memset(nfc.fs.m_u.esp_ip6_spec.ip6dst, 0xff, 16);
    nfc.fs.m_u.esp_ip6_spec.spi = 0xffffffff;
    nfc.fs.ring_cookie = 3;
    nfc.fs.location = 41;
    dump("insert6", &nfc);
    memset(&nfc, 0, sizeof(nfc));
    nfc.cmd = ETHTOOL_SRXCLSRLDEL;
    nfc.fs.location = 41;
    dump("delete", &nfc);
    return 0;
}
