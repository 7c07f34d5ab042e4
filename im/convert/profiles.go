package convert

import (
	"sync"
	"time"

	"reddot/im/wire"
	"reddot/model"
)

const (
	// profileLife is how long a profile is believed: only changes of oneself and of friends are pushed, and none over REST.
	profileLife = 10 * time.Minute
	// profileLimit is how many profiles are kept before all are forgotten: those of the largest group and some more.
	profileLimit = 10_000
)

// ProfileList maps the profiles of an answer; users that it does not know are left out.
func ProfileList(items []wire.UserProfile) []model.Profile {
	profiles := make([]model.Profile, 0, len(items))
	for _, item := range items {
		if item.ResultCode != 0 || item.ToAccount == "" {
			continue
		}
		profiles = append(profiles, model.Profile{
			User: item.ToAccount, Name: item.Text(wire.TagNick), FaceURL: item.Text(wire.TagImage),
		})
	}
	return profiles
}

// Profiles keeps profiles for a while, so that paging through members does not ask for the same ones again.
type Profiles struct {
	mu    sync.Mutex
	known map[string]cachedProfile
}

type cachedProfile struct {
	profile model.Profile
	at      time.Time
}

// NewProfiles returns a memory of nobody.
func NewProfiles() *Profiles { return &Profiles{known: make(map[string]cachedProfile)} }

// Get returns the fresh profiles and the users without one, each once.
func (p *Profiles) Get(users []string, now time.Time) (fresh []model.Profile, unknown []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	asked := make(map[string]bool, len(users))
	for _, user := range users {
		if user == "" || asked[user] {
			continue
		}
		asked[user] = true
		cached, ok := p.known[user]
		if ok && now.Sub(cached.at) < profileLife {
			fresh = append(fresh, cached.profile)
			continue
		}
		unknown = append(unknown, user)
	}
	return fresh, unknown
}

// Put remembers profiles.
func (p *Profiles) Put(profiles []model.Profile, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.known)+len(profiles) > profileLimit {
		clear(p.known)
	}
	for _, profile := range profiles {
		p.known[profile.User] = cachedProfile{profile, now}
	}
}

// Forget drops the profile of a user and returns it, with whether there was one.
func (p *Profiles) Forget(user string) (model.Profile, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	cached, known := p.known[user]
	delete(p.known, user)
	return cached.profile, known
}
