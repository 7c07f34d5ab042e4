package demo

import (
	"math/rand/v2"
	"slices"
	"time"

	"reddot/im/wire"
)

// groupPlan says how a group of the shop is to look.
type groupPlan struct {
	id, name, kind             string
	introduction, notification string
	owner                      string
	admins                     []string
	staff                      []string // members besides owner and admins
	customers                  int
	talk                       string // which scripts are played here
	messages                   int
	unread                     int  // what the anchor has not read yet, the last messages of the group
	mention                    bool // whether the anchor is mentioned in what is unread
	ageDays                    int
	days                       int           // over how many days the history stretches
	quiet                      time.Duration // how long ago the last message was
}

// plans are the groups of the shop; the anchor is a member of each.
var plans = []groupPlan{
	{
		id: "@TGS#QIXI", name: "七夕直播间", kind: wire.GroupPublic, owner: Anchor,
		introduction: "小雨直播间的老朋友群，开播提醒、抢券、补货都在这里", notification: "今晚八点半开播，进群先领满 299 减 30",
		admins: []string{Assistant}, staff: []string{Guide, "guide-chen", "assistant-mu"}, customers: 43,
		talk: "live", messages: 600, unread: 12, ageDays: 214, days: 6, quiet: 40 * time.Second,
	},
	{
		id: "@TGS#AFTER3", name: "售后三群", kind: wire.GroupPublic, owner: Assistant,
		introduction: "退换、补发、物流问题", notification: "说问题请带订单尾号，24 小时内一定回复",
		admins: []string{Anchor, "guide-chen"}, staff: []string{Guide, "guide-wang"}, customers: 81,
		talk: "aftersale", messages: 400, unread: 3, mention: true, ageDays: 160, days: 7, quiet: 2 * time.Minute,
	},
	{
		id: "@TGS#PICKS", name: "选品讨论", kind: wire.GroupWork, owner: Anchor,
		introduction: "每周二、周五定款", notification: "明天三点定款，样衣看完把打分表填好",
		staff: []string{Assistant, "assistant-mu", Guide, "guide-chen", "guide-wang", "guide-zhao", "guide-he"},
		talk:  "selection", messages: 260, unread: 9, ageDays: 340, days: 9, quiet: 19 * time.Minute,
	},
	{
		id: "@TGS#PRESALE2", name: "秋冬预售 2 群", kind: wire.GroupPublic, owner: Anchor,
		introduction: "秋冬大衣、羽绒预售", notification: "尾款周五零点开始，付款顺序就是发货顺序",
		admins: []string{Assistant}, staff: []string{"guide-wang", "guide-he"}, customers: 127,
		talk: "presale", messages: 320, unread: 13, ageDays: 75, days: 6, quiet: 43 * time.Minute,
	},
	{
		id: "@TGS#VIP", name: "VIP 会员群", kind: wire.GroupPublic, owner: Anchor,
		introduction: "金卡会员专属：内购、生日礼、优先发货", notification: "每月 18 日会员日，双倍积分",
		admins: []string{Assistant, "guide-he"}, staff: []string{Guide, "guide-chen"}, customers: 257,
		talk: "vip", messages: 520, unread: 128, ageDays: 520, days: 5, quiet: 6 * time.Minute,
	},
	{
		id: "@TGS#SHIFTS", name: "导购排班", kind: wire.GroupWork, owner: Assistant,
		introduction: "排班、交接、调休", notification: "换班请提前一天说",
		staff: []string{Anchor, "assistant-mu", Guide, "guide-chen", "guide-wang", "guide-zhao", "guide-he", "guide-sun"},
		talk:  "schedule", messages: 180, ageDays: 330, days: 8, quiet: 150 * time.Minute,
	},
	{
		id: "@TGS#SUPPLY", name: "供应链对接", kind: wire.GroupWork, owner: "assistant-mu",
		introduction: "面料、工厂、仓库、快递", notification: "出货当天把装箱单发群里",
		staff: []string{Anchor, Assistant, "guide-zhao", "supply-liu", "supply-deng", "supply-qian"},
		talk:  "supply", messages: 140, ageDays: 280, days: 8, quiet: 175 * time.Minute,
	},
	{
		id: "@TGS#REHEARSAL", name: "直播彩排", kind: wire.GroupMeeting, owner: Anchor,
		introduction: "开播前对流程、试灯光", notification: "七点半前所有人到位",
		admins: []string{Assistant}, staff: []string{"assistant-mu", Guide, "guide-chen", "guide-sun"},
		talk: "rehearsal", messages: 150, ageDays: 60, days: 5, quiet: 26 * time.Hour,
	},
	{
		id: "@TGS#TEST", name: "测试群", kind: wire.GroupWork, owner: Anchor,
		introduction: "试新功能用",
		staff:        []string{Assistant, Guide},
		talk:         "test", messages: 40, ageDays: 120, days: 4, quiet: 3 * 24 * time.Hour,
	},
}

// members returns owner, admins, staff and as many customers as planned, in the order in which they joined.
func (p groupPlan) members(people []Person, rng *rand.Rand) []Member {
	byID := make(map[string]Person, len(people))
	for _, person := range people {
		byID[person.ID] = person
	}
	members := []Member{{Person: byID[p.owner]}}
	join := func(person Person, admin bool) { members = append(members, Member{Person: person, Admin: admin}) }
	for _, id := range p.admins {
		join(byID[id], true)
	}
	for _, id := range p.staff {
		join(byID[id], false)
	}
	for _, person := range customersOf(people, p.customers, rng) {
		join(person, false)
	}
	return members
}

// customersOf draws count customers; suppliers join by name only.
func customersOf(people []Person, count int, rng *rand.Rand) []Person {
	customers := slices.DeleteFunc(slices.Clone(people), func(p Person) bool {
		return p.Role != RoleCustomer || isSupplier(p)
	})
	rng.Shuffle(len(customers), func(i, j int) { customers[i], customers[j] = customers[j], customers[i] })
	return customers[:min(count, len(customers))]
}
