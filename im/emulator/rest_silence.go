package emulator

import (
	"reddot/im/emulator/core"
	"reddot/im/wire"
)

// Silencing an account everywhere (全局禁言).
const (
	cmdSetSilence = "openconfigsvr.setnospeaking"
	cmdGetSilence = "openconfigsvr.getnospeaking"
)

func (c restCall) setSilence(r struct {
	Account string `json:"Set_Account"`
	C2C     *int64 `json:"C2CmsgNospeakingTime"` // seconds; 0 ends it
	Group   *int64 `json:"GroupmsgNospeakingTime"`
},
) (any, error) {
	for _, seconds := range []*int64{r.C2C, r.Group} {
		if seconds != nil && (*seconds < 0 || *seconds > core.SilenceForever) {
			return nil, restError(wire.CodeGroupParam, "a time of %d seconds is not between 0 and %d", *seconds, int64(core.SilenceForever))
		}
	}
	if r.Account == "" || r.C2C == nil && r.Group == nil {
		return nil, restError(wire.CodeGroupParam, "give Set_Account, and C2CmsgNospeakingTime or GroupmsgNospeakingTime")
	}
	return restDone(c.Core.SetSilence(c.ctx, r.Account, r.C2C, r.Group))
}

func (c restCall) getSilence(r struct {
	Account string `json:"Get_Account"`
},
) (any, error) {
	if r.Account == "" {
		return nil, restError(wire.CodeGroupParam, "Get_Account is missing")
	}
	c2c, group, err := c.Core.Silenced(r.Account)
	return struct {
		wire.Result
		C2C   int64 `json:"C2CmsgNospeakingTime"` // seconds that are left
		Group int64 `json:"GroupmsgNospeakingTime"`
	}{wire.OK(), c2c, group}, err
}
