package push

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
)

// hosts are the names of the service in one region, in the order in which the Web SDK 3.6.6 tries them outside of a
// browser: the application's own domain (where * stands for its id), the region's, the one for IPv6, and spares. They
// were read in its bundle; no connection to any of them was ever tried (push-protocol, section 1).
type hosts struct {
	// region is one of wire.Regions.
	region string
	// number tells the region's applications by their ids: from number times 10 million on, or from 1,700 million more, there
	// are 10 million of them. All other ids are China's.
	number int64
	names  []string
}

const (
	idsOfRegion = 10_000_000
	laterIDs    = 1_700_000_000
)

var regions = []hosts{
	{"cn", 0, []string{"*w4c.my-imcloud.com", "wss.im.qcloud.com", "wssv6.im.qcloud.com", "wss.tim.qq.com", "wss.im.tencent.cn"}},
	overseas("sgp", "s", "sgp", 2),
	overseas("kr", "k", "kr", 3),
	overseas("de", "g", "ger", 4),
	{"ind", 5, []string{"*w4i.my-imcloud.com", "wssind.my-imcloud.com", "wssindv6.im.qcloud.com", "wssind.im.qcloud.com"}},
	overseas("jp", "j", "jpn", 6),
	overseas("us", "u", "usa", 7),
	overseas("idn", "y", "idn", 8),
}

// overseas returns the hosts of a region outside of China, all but one of which are named alike.
func overseas(region, letter, name string, number int64) hosts {
	return hosts{region, number, []string{
		"*w4" + letter + ".my-imcloud.com", "wss" + name + ".im.qcloud.com", "wss" + name + "v6.im.qcloud.com", "wss" + name + ".my-imcloud.com",
	}}
}

// Hosts returns the addresses of Tencent's service for an application, the preferred first; none for a region that is not one
// of wire.Regions. An empty region is the one that the application's id belongs to.
func Hosts(region string, appID int64) []string {
	region = cmp.Or(region, regionOf(appID))
	at := slices.IndexFunc(regions, func(known hosts) bool { return known.region == region })
	if at < 0 {
		return nil
	}
	var addresses []string
	for _, name := range regions[at].names {
		addresses = append(addresses, "wss://"+strings.ReplaceAll(name, "*", strconv.FormatInt(appID, 10)))
	}
	return addresses
}

// regionOf tells the region by the id of an application.
func regionOf(appID int64) string {
	for _, known := range regions[1:] {
		if number := known.number * idsOfRegion; within(appID, number) || within(appID, laterIDs+number) {
			return known.region
		}
	}
	return regions[0].region
}

func within(appID, first int64) bool { return appID >= first && appID < first+idsOfRegion }

// At is for Options.URLs where the service never moves.
func At(urls ...string) func(context.Context) ([]string, error) {
	return func(context.Context) ([]string, error) { return urls, nil }
}
