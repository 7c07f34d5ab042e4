package wire

import (
	"slices"
	"strconv"
	"strings"
)

// site is where Tencent runs the service for the applications that were created in one region. There is no way from one
// region to another.
type site struct {
	region string
	// rest are the hosts of the REST API, the standby second (rest-api, section 1.2).
	rest []string
	// push are the hosts of the long connection in the order in which the official Web SDK 3.6.6 tries them; * is the
	// application. They were read in the SDK and are documented nowhere (push-protocol, section 1).
	push []string
}

// The standby hosts of Tokyo and Jakarta follow the pattern of the others and are unconfirmed.
var sites = []site{
	{"cn", []string{"console.tim.qq.com", "adminapi.my-imcloud.com"}, []string{"*w4c.my-imcloud.com", "wss.im.qcloud.com", "wss.tim.qq.com", "wss.im.tencent.cn"}},
	{"sgp", []string{"adminapisgp.im.qcloud.com", "adminapisgp.my-imcloud.com"}, []string{"*w4s.my-imcloud.com", "wsssgp.im.qcloud.com", "wsssgp.my-imcloud.com"}},
	{"kr", []string{"adminapikr.im.qcloud.com", "adminapikr.my-imcloud.com"}, []string{"*w4k.my-imcloud.com", "wsskr.im.qcloud.com", "wsskr.my-imcloud.com"}},
	{"jp", []string{"adminapijpn.im.qcloud.com", "adminapijpn.my-imcloud.com"}, []string{"*w4j.my-imcloud.com", "wssjpn.im.qcloud.com", "wssjpn.my-imcloud.com"}},
	{"de", []string{"adminapiger.im.qcloud.com", "adminapiger.my-imcloud.com"}, []string{"*w4g.my-imcloud.com", "wssger.im.qcloud.com", "wssger.my-imcloud.com"}},
	{"us", []string{"adminapiusa.im.qcloud.com", "adminapiusa.my-imcloud.com"}, []string{"*w4u.my-imcloud.com", "wssusa.im.qcloud.com", "wssusa.my-imcloud.com"}},
	{"idn", []string{"adminapiidn.im.qcloud.com", "adminapiidn.my-imcloud.com"}, []string{"*w4y.my-imcloud.com", "wssidn.im.qcloud.com", "wssidn.my-imcloud.com"}},
	{"ind", []string{"adminapiind.im.qcloud.com", "adminapiind.my-imcloud.com"}, []string{"*w4i.my-imcloud.com", "wssind.my-imcloud.com", "wssind.im.qcloud.com"}},
}

// Regions are the names of the regions: "cn" China, "sgp" Singapore, "kr" Seoul, "jp" Tokyo, "de" Frankfurt, "us" Silicon
// Valley, "idn" Jakarta, "ind" Mumbai.
func Regions() []string {
	names := make([]string, len(sites))
	for i, s := range sites {
		names[i] = s.region
	}
	return names
}

// RESTServers returns the addresses of a region's REST API, "https://HOST", in the order in which to try them; none for a
// region that does not exist.
func RESTServers(region string) []string { return addresses("https://", siteOf(region).rest, 0) }

// PushServers returns the addresses of a region's long connection for an application, "wss://HOST", in the order in which
// to try them; none for a region that does not exist.
func PushServers(region string, appID int64) []string {
	return addresses("wss://", siteOf(region).push, appID)
}

func siteOf(region string) site {
	i := slices.IndexFunc(sites, func(s site) bool { return s.region == region })
	if i < 0 {
		return site{}
	}
	return sites[i]
}

func addresses(scheme string, hosts []string, appID int64) []string {
	urls := make([]string, len(hosts))
	for i, host := range hosts {
		urls[i] = scheme + strings.ReplaceAll(host, "*", strconv.FormatInt(appID, 10))
	}
	return urls
}
