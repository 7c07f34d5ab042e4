package wire

import "slices"

// site is where Tencent runs the REST API for the applications that were created in one region, the standby second
// (rest-api, section 1.2). There is no way from one region to another.
type site struct {
	region string
	hosts  []string
}

// The standby hosts of Tokyo and Jakarta follow the pattern of the others and are unconfirmed.
var sites = []site{
	{"cn", []string{"console.tim.qq.com", "adminapi.my-imcloud.com"}},
	{"sgp", []string{"adminapisgp.im.qcloud.com", "adminapisgp.my-imcloud.com"}},
	{"kr", []string{"adminapikr.im.qcloud.com", "adminapikr.my-imcloud.com"}},
	{"jp", []string{"adminapijpn.im.qcloud.com", "adminapijpn.my-imcloud.com"}},
	{"de", []string{"adminapiger.im.qcloud.com", "adminapiger.my-imcloud.com"}},
	{"us", []string{"adminapiusa.im.qcloud.com", "adminapiusa.my-imcloud.com"}},
	{"idn", []string{"adminapiidn.im.qcloud.com", "adminapiidn.my-imcloud.com"}},
	{"ind", []string{"adminapiind.im.qcloud.com", "adminapiind.my-imcloud.com"}},
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
func RESTServers(region string) []string {
	i := slices.IndexFunc(sites, func(s site) bool { return s.region == region })
	if i < 0 {
		return nil
	}
	var servers []string
	for _, host := range sites[i].hosts {
		servers = append(servers, "https://"+host)
	}
	return servers
}
