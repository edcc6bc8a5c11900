//! Invented owners and projects, as full as an office's own.
//!
//! Everything follows from a number, so that every run invents the same. What
//! the texts are made of is put together from lists: the places are those of
//! the reference data.

use outlay_proto::v1;

/// Owners that are invented before the projects.
pub(crate) const OWNERS: u64 = 5_000;

const FIRST: &[&str] = &[
    "华", "盛", "恒", "瑞", "晶", "新", "天", "金", "东", "海", "宏", "永", "泰", "嘉", "博", "光",
    "启", "远", "安", "德", "中", "正", "凯", "科", "鼎", "智",
];
const SECOND: &[&str] = &[
    "芯", "达", "源", "丰", "利", "能", "宇", "峰", "创", "联", "信", "成", "润", "驰", "腾", "材",
    "电", "航", "森", "邦", "维", "锐", "通", "禾",
];
const PRODUCTS: &[(&str, &str)] = &[
    ("功率半导体晶圆", "万片"),
    ("12英寸集成电路芯片", "万片"),
    ("碳化硅（SiC）衬底", "万片"),
    ("车规级IGBT模块", "万只"),
    ("MEMS传感器", "万颗"),
    ("5G通信滤波器", "万只"),
    ("柔性显示薄膜", "万平方米"),
    ("光伏组件", "MW"),
    ("N型TOPCon电池片", "GW"),
    ("磷酸铁锂正极材料", "吨"),
    ("锂电池隔膜", "万平方米"),
    ("动力电池PACK", "万套"),
    ("新能源汽车零部件", "万套"),
    ("新能源汽车电驱动总成", "万台"),
    ("轻量化铝合金压铸件", "万件"),
    ("精密轴承", "万套"),
    ("滚珠丝杠", "万套"),
    ("工业机器人减速器", "万台"),
    ("智能数控机床", "台"),
    ("注塑机", "台"),
    ("电梯关键零部件", "万套"),
    ("智能家电", "万台"),
    ("高端紧固件", "吨"),
    ("不锈钢管件", "吨"),
    ("铜箔", "吨"),
    ("特种纸", "吨"),
    ("差别化涤纶长丝", "万吨"),
    ("再生聚酯纤维", "万吨"),
    ("功能性面料", "万米"),
    ("羊绒针织服装", "万件"),
    ("真皮沙发", "万套"),
    ("绿色家具", "万套"),
    ("生物医药原料药", "吨"),
    ("创新药制剂", "万盒"),
    ("体外诊断试剂", "万盒"),
    ("骨科植入物", "万件"),
    ("电子级氢氟酸", "吨"),
    ("聚酰亚胺薄膜", "吨"),
    ("高性能玻璃纤维", "万吨"),
    ("光学镜头", "万只"),
    ("智能电表", "万只"),
    ("海上风电塔筒", "套"),
    ("氢燃料电池电堆", "套"),
    ("储能系统", "MWh"),
    ("预制菜", "吨"),
    ("大豆蛋白", "吨"),
    ("黄酒", "千升"),
    ("文具", "万件"),
    ("航空复合材料结构件", "件"),
    ("AI服务器", "台"),
];
const WORKS: &[&str] = &[
    "生产线建设项目",
    "技术改造项目",
    "智能工厂技术改造项目",
    "扩建项目",
    "新建项目",
    "产业化项目",
    "数字化车间项目",
    "绿色化改造项目",
    "研发及生产基地建设项目",
    "迁建项目",
];
const PHASES: &[&str] = &["", "", "", "", "一期", "二期", "三期"];
const SURNAMES: &[&str] = &["王", "李", "张", "陈", "沈", "徐", "朱", "吴", "俞", "钱"];
const STEPS: &[&str] =
    &["取得土地使用权", "取得施工许可", "开工", "主体结构封顶", "设备安装", "竣工验收", "投产"];

/// What projects are made of: names of resources, and of regions what they are
/// called.
#[derive(Clone)]
pub(crate) struct Material {
    /// Regions: resource name, display name.
    pub(crate) regions: Vec<(String, String)>,
    /// Industries: resource name.
    pub(crate) industries: Vec<String>,
}

/// The choices of one number: the same for the same number.
struct Choices(u64);

impl Choices {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = mixed(self.0);
        self.0 % limit.max(1)
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let at = self.below(list.len() as u64);
        &list[usize::try_from(at).unwrap_or_default()]
    }

    fn brand(&mut self) -> String {
        format!("{}{}", self.of(FIRST), self.of(SECOND))
    }
}

/// A number whose bits depend on all bits of `value` (SplitMix64).
fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// Id of an owner.
pub(crate) fn owner_id(number: u64) -> String {
    format!("bench-owner-{number}")
}

/// An owner.
pub(crate) fn owner(material: &Material, number: u64) -> v1::Organisation {
    let mut choices = Choices(number ^ 0x0FF1_CE00);
    let (region, place) = choices.of(&material.regions).clone();
    let brand = choices.brand();
    let trade = choices.of(&["半导体", "新材料", "科技", "智能装备", "汽车部件", "纺织", "医药"]);
    v1::Organisation {
        display_name: format!("{}{brand}{trade}有限公司（虚构{number}）", short(&place)),
        kind: v1::OrganisationKind::Company.into(),
        region,
        address: format!("{place}工业路{}号", 1 + choices.below(999)),
        contacts: vec![person(&mut choices, "总经理", "")],
        ..Default::default()
    }
}

/// What is chosen first for a project: its owner, one of [`OWNERS`], a fifth of
/// which own the most, and its region.
fn begin(material: &Material, number: u64) -> (Choices, u64, &(String, String)) {
    let mut choices = Choices(number);
    let hot = choices.below(2) == 0;
    let owner = choices.below(if hot { OWNERS / 5 } else { OWNERS });
    let region = choices.of(&material.regions);
    (choices, owner, region)
}

/// Resource name of the region of a project.
pub(crate) fn region(material: &Material, number: u64) -> &str {
    &begin(material, number).2.0
}

/// What a project reports of a month; the first is number 0.
pub(crate) fn report(number: u64, month: u64) -> v1::ReportContent {
    let mut choices = Choices(mixed(number) ^ month);
    let mut wan = |most| {
        let units = i64::try_from(10_000 * choices.below(most)).unwrap_or_default();
        Some(v1::Money { currency_code: "CNY".to_owned(), units, nanos: 0 })
    };
    v1::ReportContent {
        investment: Some(v1::MonthlyInvestment {
            construction_and_installation: wan(400),
            equipment: wan(800),
            other: wan(100),
            total: None,
        }),
        funds_in_place: wan(100_000),
        physical_progress_percent: Some(i32::try_from((4 * month).min(100)).unwrap_or_default()),
        next_month_plan: wan(1_200),
        ..Default::default()
    }
}

/// A project.
pub(crate) fn project(material: &Material, number: u64) -> v1::Project {
    let (mut choices, owner, (region, place)) = begin(material, number);
    let (region, place) = (region.clone(), place.clone());
    let total = 10 * (1 + choices.below(2_000));
    let start = 2021 + i32::try_from(choices.below(4)).unwrap_or_default();
    let organisation = format!("{}{}", short(&place), choices.brand());
    v1::Project {
        title: title(&mut choices, &place),
        project_code: code(number, &region),
        owner: format!("organisations/{}", owner_id(owner)),
        site: format!("{place}经济开发区{}号地块", 1 + choices.below(400)),
        region,
        industry: choices.of(&material.industries).clone(),
        construction_kind: v1::ConstructionKind::Expansion.into(),
        investment: Some(plan(total)),
        funding_sources: funding(total),
        land_area_square_metres: i64::try_from(10_000 + choices.below(200_000)).unwrap_or(1),
        floor_area_square_metres: i64::try_from(20_000 + choices.below(300_000)).unwrap_or(1),
        planned_start_date: Some(day(start, 3)),
        planned_completion_date: Some(day(start + 2, 9)),
        expected_annual_output: Some(millions(total * 2)),
        expected_annual_tax: Some(millions(total / 10)),
        responsible_leader: Some(person(&mut choices, "分管工业副县（市、区）长", "")),
        contacts: vec![
            person(&mut choices, "投资部经理", &organisation),
            person(&mut choices, "项目专员", &organisation),
        ],
        lists: vec![format!("county-key-{start}")],
        labels: [("batch".to_owned(), format!("{}", number % 12))].into(),
        documents: documents(&mut choices, number),
        milestones: milestones(&mut choices, start),
        ..Default::default()
    }
}

/// What a place is called in the middle of a title: `南湖` for `南湖区`.
fn short(place: &str) -> &str {
    let ends = ["区", "县", "市"];
    let found = ends.iter().find_map(|end| place.strip_suffix(end));
    // Of two characters both are needed.
    found.filter(|short| short.chars().count() > 1).unwrap_or(place)
}

fn title(choices: &mut Choices, place: &str) -> String {
    let (product, unit) = *choices.of(PRODUCTS);
    let work = *choices.of(WORKS);
    let phase = *choices.of(PHASES);
    let brand = choices.brand();
    let amount = (1 + choices.below(60)) * choices.of(&[1, 5, 10, 100]);
    match choices.below(10) {
        0..4 => format!("年产{amount}{unit}{product}{work}{phase}"),
        4 | 5 => format!("{brand}年产{amount}{unit}{product}项目{phase}"),
        6 | 7 => format!("{}{brand}{product}{work}{phase}", short(place)),
        8 => format!("{place}{product}产业园{phase}"),
        _ => format!("{brand}{product}{work}{phase}"),
    }
}

/// A project code: no other number has it.
fn code(number: u64, region: &str) -> String {
    let region = region.strip_prefix("regions/").unwrap_or(region);
    let (year, month) = (20 + number / 1_000_000 % 80, 1 + mixed(number) % 12);
    format!("{year}{month:02}-{region}-04-01-{:06}", number % 1_000_000)
}

fn plan(total: u64) -> v1::InvestmentPlan {
    v1::InvestmentPlan {
        total: Some(millions(total)),
        fixed_assets: Some(millions(total / 10 * 9)),
        construction_and_installation: Some(millions(total / 10 * 3)),
        equipment: Some(millions(total / 10 * 5)),
        other: Some(millions(total / 10)),
        land: Some(millions(total / 20)),
        working_capital: Some(millions(total / 10)),
    }
}

fn funding(total: u64) -> Vec<v1::FundingSource> {
    let half = Some(millions(total / 2));
    [v1::FundingKind::SelfRaised, v1::FundingKind::BankLoan]
        .map(|kind| v1::FundingSource { kind: kind.into(), amount: half.clone() })
        .into()
}

fn documents(choices: &mut Choices, number: u64) -> Vec<v1::Document> {
    let mut document = |title: &str, file: &str| v1::Document {
        title: title.to_owned(),
        uri: format!("https://example.com/bench/{number}/{file}.pdf"),
        sha256: (0..4).map(|_| format!("{:016x}", choices.below(u64::MAX))).collect(),
        size_bytes: i64::try_from(100_000 + choices.below(9_000_000)).unwrap_or(1),
        media_type: "application/pdf".to_owned(),
    };
    vec![document("可行性研究报告", "feasibility"), document("备案信息表", "filing")]
}

fn milestones(choices: &mut Choices, start: i32) -> Vec<v1::Milestone> {
    let years = STEPS.iter().enumerate().map(|(at, title)| (start + i32::from(at > 3), title));
    years
        .map(|(year, title)| v1::Milestone {
            title: (*title).to_owned(),
            baseline_date: Some(day(year, 1 + i32::try_from(choices.below(12)).unwrap_or(0))),
            ..Default::default()
        })
        .collect()
}

fn person(choices: &mut Choices, post: &str, organisation: &str) -> v1::Contact {
    let number = choices.below(100_000_000);
    v1::Contact {
        display_name: format!("{}某", choices.of(SURNAMES)),
        post: post.to_owned(),
        organisation: organisation.to_owned(),
        phone: format!("000-{number:08}"),
        email: format!("u{number}@example.com"),
    }
}

fn millions(millions: u64) -> v1::Money {
    let units = i64::try_from(millions * 1_000_000).unwrap_or_default();
    v1::Money { currency_code: "CNY".to_owned(), units, nanos: 0 }
}

fn day(year: i32, month: i32) -> v1::Date {
    v1::Date { year, month, day: 15 }
}
