package wire

// Tags of profile fields. Applications may add Tag_Profile_Custom_ and up to 8 letters.
const (
	TagNick            = "Tag_Profile_IM_Nick"
	TagGender          = "Tag_Profile_IM_Gender"
	TagBirthday        = "Tag_Profile_IM_BirthDay"
	TagLocation        = "Tag_Profile_IM_Location"
	TagSignature       = "Tag_Profile_IM_SelfSignature"
	TagAllowType       = "Tag_Profile_IM_AllowType"
	TagLanguage        = "Tag_Profile_IM_Language"
	TagImage           = "Tag_Profile_IM_Image"
	TagMsgSettings     = "Tag_Profile_IM_MsgSettings"
	TagAdminForbidType = "Tag_Profile_IM_AdminForbidType"
	TagLevel           = "Tag_Profile_IM_Level"
	TagRole            = "Tag_Profile_IM_Role"
	TagCustomPrefix    = "Tag_Profile_Custom_"
)

// ProfileItem is one field of a profile. An item without Tag makes the Web SDK throw.
type ProfileItem struct {
	Tag   string `json:"Tag"`
	Value Value  `json:"Value"`
}

// PortraitGetAllRequest is profile.portrait_get_all.
type PortraitGetAllRequest struct {
	FromAccount string           `json:"From_Account,omitempty"`
	UserItem    List[AccountRef] `json:"UserItem"`
}

// AccountRef names an account.
type AccountRef struct {
	ToAccount string `json:"To_Account"`
}

// PortraitGetRequest is profile.portrait_get.
type PortraitGetRequest struct {
	ToAccount List[string] `json:"To_Account"` // at most 100
	TagList   List[string] `json:"TagList"`
}

// PortraitReply answers profile.portrait_get_all and profile.portrait_get.
type PortraitReply struct {
	DisplayResult
	UserProfileItem List[UserProfile] `json:"UserProfileItem"`
	FailAccount     []string          `json:"Fail_Account,omitempty"`
}

// UserProfile is the profile of one account.
type UserProfile struct {
	ToAccount   string            `json:"To_Account"`
	ResultCode  int               `json:"ResultCode"`
	ResultInfo  string            `json:"ResultInfo"`
	ProfileItem List[ProfileItem] `json:"ProfileItem"`
}

// Text is the value of a field, "" where it is not set.
func (p UserProfile) Text(tag string) string {
	for _, item := range p.ProfileItem {
		if item.Tag == tag {
			return item.Value.Text
		}
	}
	return ""
}

// PortraitSetRequest is profile.portrait_set. On the long connection the login decides whose profile it is.
type PortraitSetRequest struct {
	FromAccount string            `json:"From_Account,omitempty"`
	ProfileItem List[ProfileItem] `json:"ProfileItem"`
}
