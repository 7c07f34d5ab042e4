package emulator

import (
	"reddot/im/wire"
)

// helloInterval is how often clients send wshello, in seconds.
const helloInterval = 120

// logIn answers wslogin: by signature at first, by ticket on a connection that replaces a
// lost one.
func (c *connection) logIn(r wire.Request) (any, error) {
	s := c.server
	var t ticket
	var err error
	if r.Head.A2 != "" && r.Head.UserSig == "" {
		t, err = s.openTicket(r.Head.A2)
	} else {
		t, err = s.verify(r.Head.Identifier, r.Head.UserSig)
	}
	if err != nil {
		return nil, err
	}
	account, err := s.core.Login(c.ctx, t.User, t.Signed)
	if err != nil {
		return nil, err
	}
	a2, err := s.sealTicket(t)
	if err != nil {
		return nil, err
	}
	inst := s.instance.Add(1)
	if r.Head.UserSig == "" && r.Head.StatusInstID > 0 {
		inst = r.Head.StatusInstID // the same device again
	}
	if s.displaced.has(inst) {
		return nil, errDisplaced
	}
	c.enter(login{account: account, ticket: t}, inst)
	return wire.LoginReply{
		Result: wire.OK(), A2Key: a2, TinyID: account.TinyID, HelloInterval: helloInterval, InstID: inst, TimeStamp: s.core.Now(), CustomStatus: s.customStatus(account.UID),
		PurchaseBits: s.features,
	}, nil
}

// verify turns a signature into a ticket.
func (s *Server) verify(user, signature string) (ticket, error) {
	sig, err := wire.VerifyUserSig(s.options.AppID, s.key, user, signature, s.options.Now())
	if err != nil {
		return ticket{}, err
	}
	return ticket{User: user, Signed: sig.Time.Unix(), Expires: sig.Expires().Unix()}, nil
}

// authenticate finds who sends a request. After a lost connection clients resend what was
// not answered before they log in again, so a request may bring its own ticket.
func (c *connection) authenticate(head wire.RequestHead) (login, error) {
	if l, in := c.who(); in {
		return l, l.ticket.check(c.server.core.Now())
	}
	t, err := c.server.openTicket(head.A2)
	if err != nil {
		return login{}, err
	}
	account, err := c.server.core.Login(c.ctx, t.User, t.Signed)
	if err == nil {
		c.returning.Store(account.UID)
	}
	return login{account: account, ticket: t}, err
}

// acknowledged notes which C2C messages, notices and mentions have reached an instance, so
// that a pull after a lost connection does not bring them again. There is no reply.
func (c *connection) acknowledged(r wire.Request) {
	var ack wire.PushAckRequest
	if err := wire.Unmarshal(r.Body, &ack); err != nil {
		return
	}
	position, err := parseCookie(ack.SessionData)
	if err != nil {
		return
	}
	c.server.positions.advance(c.inst.Load(), position)
}
