"""The 21 fields of work of Arbetsförmedlingen: concept id -> Swedish label.

Source: the JobTech taxonomy (JobtechSwe/elastic-importers, Apache-2.0), state of 2020-21. Ids are stable, labels not.
"""

ID_LENGTH = 12
FIELDS = [
    ("X82t_awd_Qyc", "Administration, ekonomi, juridik"),
    ("j7Cq_ZJe_GkT", "Bygg och anläggning"),
    ("bh3H_Y3h_5eD", "Chefer och verksamhetsledare"),
    ("apaJ_2ja_LuF", "Data/IT"),
    ("RPTn_bxG_ExZ", "Försäljning, inköp, marknadsföring"),
    ("PaxQ_o1G_wWH", "Hantverksyrken"),
    ("ScKy_FHB_7wT", "Hotell, restaurang, storhushåll"),
    ("NYW6_mP6_vwf", "Hälso- och sjukvård"),
    ("wTEr_CBC_bqh", "Industriell tillverkning"),
    ("yhCP_AqT_tns", "Installation, drift, underhåll"),
    ("Uuf1_GMh_Uvw", "Kropps- och skönhetsvård"),
    ("9puE_nYg_crq", "Kultur, media, design"),
    ("bH5L_uXD_ZAX", "Militärt arbete"),
    ("VuuL_7CH_adj", "Naturbruk"),
    ("kJeN_wmw_9wX", "Naturvetenskapligt arbete"),
    ("MVqp_eS8_kDZ", "Pedagogiskt arbete"),
    ("whao_Q6A_ScE", "Sanering och renhållning"),
    ("GazW_2TU_kJw", "Socialt arbete"),
    ("E7hm_BLq_fqZ", "Säkerhetsarbete"),
    ("6Hq3_tKo_V57", "Tekniskt arbete"),
    ("ASGV_zcE_bWf", "Transport"),
]
