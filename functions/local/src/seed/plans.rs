//! What the demo's volunteers do, and what they may redeem for it.

use domain::activity::Skill;
use domain::reward::RewardKind;

/// An activity: its name, title, what it is about, place, what it asks for, its places, the day counted
/// from today, the hour it begins, and how many hours it takes.
pub struct Plan(
    pub &'static str,
    pub &'static str,
    pub &'static str,
    pub &'static str,
    pub Skill,
    pub u16,
    pub (i64, u16, i64),
);

pub const AHEAD: [Plan; 5] = [
    Plan(
        "reading",
        "给老人读报",
        "读读当天的报纸，聊聊家常。不用准备，来就行。",
        "社区活动室",
        Skill::Reading,
        6,
        (3, 14, 2),
    ),
    Plan(
        "green",
        "花坛松土浇水",
        "带手套，工具由社区准备。",
        "2号楼前花坛",
        Skill::Green,
        12,
        (5, 9, 2),
    ),
    Plan(
        "repair",
        "小家电义务检修",
        "会修的动手，不会修的登记、接待。",
        "社区广场",
        Skill::Repair,
        4,
        (6, 13, 3),
    ),
    Plan(
        "phone",
        "教长辈用手机",
        "一对一，讲讲怎么约服务、看消息。",
        "社区活动室",
        Skill::Teaching,
        8,
        (8, 10, 2),
    ),
    Plan(
        "errands",
        "帮独居老人买菜取药",
        "两人一组，单子由网格员给。",
        "社区工作站",
        Skill::Errands,
        6,
        (9, 9, 1),
    ),
];
pub const BEHIND: [Plan; 3] = [
    Plan(
        "tidy",
        "楼道清洁",
        "清理杂物，擦扶手。",
        "1号楼",
        Skill::Order,
        10,
        (-18, 9, 2),
    ),
    Plan(
        "visit",
        "看望独居老人",
        "两人一组上门坐坐。",
        "社区工作站",
        Skill::Company,
        8,
        (-9, 14, 2),
    ),
    Plan(
        "sort",
        "垃圾分类引导",
        "早高峰在投放点帮忙。",
        "3号楼投放点",
        Skill::Green,
        6,
        (-2, 7, 2),
    ),
];
/// The name, lead and members of teams: places among the volunteers.
pub const TEAMS: [(&str, usize, std::ops::Range<usize>); 3] = [
    ("绿手环保队", 0, 0..8),
    ("银龄陪伴队", 8, 8..16),
    ("邻里维修队", 16, 16..21),
];
/// A reward: its name, what it is, points, how many one person may have in a month, and in stock.
type Offer = (
    &'static str,
    &'static str,
    RewardKind,
    u32,
    Option<u32>,
    u32,
);

pub const REWARDS: [Offer; 4] = [
    (
        "洗手液",
        "一瓶，到社区工作站领取。",
        RewardKind::Goods,
        10,
        None,
        60,
    ),
    (
        "五常大米",
        "五斤装一袋，到社区工作站领取。",
        RewardKind::Goods,
        30,
        Some(1),
        24,
    ),
    (
        "理发一次",
        "在社区理发点，营业时间都可以。",
        RewardKind::Service,
        20,
        Some(1),
        40,
    ),
    (
        "羽毛球场一小时",
        "社区体育馆，先约场地再兑换。",
        RewardKind::Service,
        15,
        Some(2),
        30,
    ),
];
