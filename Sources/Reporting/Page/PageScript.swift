/// The script of pages. Everything can be seen without it; it shows exact values at the pointer, sorts tables and hides
/// series. It reads only texts, and writes only texts and styles.
enum PageScript {
  static let source: Markup = .trusted(
    """
    'use strict';(()=>{
    const tip=document.createElement('div');tip.id='tip';tip.hidden=true;tip.setAttribute('role','status');
    document.body.append(tip);
    let cursor;
    const hide=()=>{tip.hidden=true;if(cursor)cursor.style.visibility='';cursor=undefined};
    const mark=(svg,share)=>{cursor=svg.querySelector('.cursor');if(!cursor)return;
      for(const name of['x1','x2'])cursor.setAttribute(name,100*share+'%');cursor.style.visibility='visible'};
    const isolated=text=>/[\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufefc]/.test(text)?'\\u2068'+text+'\\u2069':text;
    const read=cell=>cell.querySelector('bdi')?[...cell.childNodes].map(part=>part.nodeName==='BDI'?isolated(part.textContent):part.textContent).join(''):isolated(cell.textContent);
    const show=(figure,index,x,y,column)=>{
      const row=figure.rows[index];if(!row)return hide();
      const texts=[...row.cells].map(read);
      const lines=figure.names.map((name,i)=>column&&i&&i!=column?'':texts[i]&&i?isolated(name)+': '+texts[i]:texts[i]).filter(Boolean);
      tip.textContent=lines.length>14?lines.slice(0,13).join('\\n')+'\\n…':lines.join('\\n');tip.hidden=false;
      const box=tip.getBoundingClientRect();
      tip.style.left=Math.max(4,Math.min(x+14,innerWidth-box.width-4))+'px';
      tip.style.top=(y-box.height-12<4?y+18:y-box.height-12)+'px'};
    const sortable=table=>{
      const heads=[...table.tHead.rows[0].cells];
      heads.forEach((head,column)=>{
        const button=document.createElement('button');button.type='button';
        button.append(...head.childNodes);head.append(button);
        button.addEventListener('click',()=>{
          const isNumber=head.classList.contains('n'),now=head.getAttribute('aria-sort');
          const up=now?now==='descending':!isNumber;
          heads.forEach(other=>other.removeAttribute('aria-sort'));
          head.setAttribute('aria-sort',up?'ascending':'descending');
          const key=row=>{const cell=row.cells[column],text=cell.textContent;
            return!isNumber?text:text===''?-Infinity:+(cell.dataset.n??text.replaceAll(',',''))};
          const rows=[...table.tBodies[0].rows].map(row=>[key(row),row]);
          rows.sort(([a],[b])=>(isNumber?a-b||0:a.localeCompare(b))*(up?1:-1));
          table.tBodies[0].append(...rows.map(([,row])=>row))})})};
    for(const section of document.querySelectorAll('section')){
      const table=section.querySelector('table');if(!table)continue;
      const figure={rows:[...table.tBodies[0].rows],names:[...table.tHead.rows[0].cells].map(cell=>cell.textContent)};
      sortable(table);
      const svg=section.querySelector('svg');if(!svg)continue;
      const hover=svg.querySelector('.hover');
      const marks=hover?[]:[...svg.querySelectorAll('[data-row]')];
      const count=hover?+hover.dataset.count:marks.length;if(!count)continue;
      let index=-1;
      const at=event=>{
        if(hover){const box=hover.getBoundingClientRect();
          index=Math.max(0,Math.min(count-1,Math.floor((event.clientX-box.left)/box.width*count)));
          mark(svg,(index+.5)/count);return show(figure,index,event.clientX,event.clientY)}
        index=marks.indexOf(event.target);
        if(index<0)return hide();
        show(figure,+event.target.dataset.row,event.clientX,event.clientY,event.target.dataset.column)};
      svg.addEventListener('pointermove',at);svg.addEventListener('pointerdown',at);
      svg.addEventListener('pointerleave',hide);svg.addEventListener('blur',hide);
      svg.setAttribute('tabindex','0');
      svg.addEventListener('keydown',event=>{
        if(event.key==='Escape')return hide();
        const step={ArrowLeft:-1,ArrowUp:-1,ArrowRight:1,ArrowDown:1}[event.key];
        if(!step)return;
        event.preventDefault();
        const row=()=>hover?index:+marks[index].dataset.row,column=()=>hover?undefined:marks[index].dataset.column;
        const key=()=>row()+'/'+column(),before=index<0?'':key();
        do index=Math.max(0,Math.min(count-1,index+step));while(index+step>=0&&index+step<count&&key()===before);
        if(hover)mark(svg,(index+.5)/count);
        const box=(hover||marks[index]).getBoundingClientRect();
        show(figure,row(),box.left+(hover?box.width*(index+.5)/count:Math.min(box.width/2,80)),box.top+(hover?24:0),column())});
      for(const button of section.querySelectorAll('.legend button'))button.addEventListener('click',()=>{
        const isShown=button.getAttribute('aria-pressed')==='false';
        button.setAttribute('aria-pressed',isShown);
        const series=svg.querySelector('[data-series="'+button.dataset.series+'"]');
        if(series)series.style.display=isShown?'':'none'})}
    addEventListener('scroll',hide,{passive:true})
    })();
    """)
}
