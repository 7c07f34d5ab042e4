package convert

import (
	"sync"
	"time"

	"reddot/im"
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

// cachedProfile is the answer to a question that left at the moment asked and came at; at is zero for one that is only known to
// have changed then.
type cachedProfile struct {
	profile model.Profile
	at      time.Time
	asked   im.Moment
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

// Put remembers the profiles that a question learned which left at the moment asked.
// What is known of a later moment stays.
func (p *Profiles) Put(profiles []model.Profile, asked im.Moment, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.makeRoom(len(profiles))
	for _, profile := range profiles {
		if asked >= p.known[profile.User].asked {
			p.known[profile.User] = cachedProfile{profile, now, asked}
		}
	}
}

// Forget drops the profile of a user, which has changed, and returns it, with whether there was one. Questions that left before
// bring it back no more.
func (p *Profiles) Forget(user string) (old model.Profile, known bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.makeRoom(1)
	cached := p.known[user]
	p.known[user] = cachedProfile{asked: im.Now()}
	return cached.profile, !cached.at.IsZero()
}

// makeRoom keeps what is known within its limit; mu is held.
func (p *Profiles) makeRoom(more int) {
	if len(p.known)+more > profileLimit {
		clear(p.known)
	}
}
